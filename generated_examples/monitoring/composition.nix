# Metrics of every host, collected by Prometheus and shown by Grafana
{ ... }:
let
  # How many hosts these roles have. Configurations and the test script follow.
  counts = {
    node = 2;
  };
  hosts = builtins.mapAttrs (
    role: count: builtins.genList (index: "${role}${toString (index + 1)}") count
  ) counts;
in
{
  roles = {
    monitor = { ... }: {
      imports = [
        ./parts/grafana.nix
        ./parts/prometheus-server.nix
        ./parts/prometheus-exporter.nix
      ];
      _module.args = { inherit hosts; };
    };
    node = { ... }: {
      imports = [ ./parts/prometheus-exporter.nix ];
      _module.args = { inherit hosts; };
    };
  };

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;

  testScript = builtins.readFile ./test_script.py;
}
