# Metrics of every host, collected by Prometheus and shown by Grafana
{ ... }:
{
  roles = {
    monitor = { ... }: {
      imports = [
        ./parts/grafana.nix
        ./parts/prometheus-server.nix
        ./parts/prometheus-exporter.nix
      ];
    };
    node = { ... }: {
      imports = [ ./parts/prometheus-exporter.nix ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
