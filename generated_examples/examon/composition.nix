# ExaMon monitoring
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/examon-broker.nix
        ./parts/examon-store.nix
        ./parts/grafana.nix
        ./parts/examon-grafana-source.nix
      ];
    };
    node = { ... }: {
      imports = [ ./parts/examon-publisher.nix ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
