# EAR energy accounting
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
        ./parts/ear-database.nix
        ./parts/ear-db_manager.nix
      ];
      _module.args = { inherit hosts; };
    };
    manager = { ... }: {
      imports = [ ./parts/ear-manager.nix ];
      _module.args = { inherit hosts; };
    };
    node = { ... }: {
      imports = [ ./parts/ear-daemon.nix ];
      _module.args = { inherit hosts; };
    };
  };

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;

  testScript = builtins.readFile ./test_script.py;
}
