# ExaMon monitoring
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

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;

  testScript = builtins.readFile ./test_script.py;
}
