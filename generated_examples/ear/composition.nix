# EAR energy accounting
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/ear-database.nix
        ./parts/ear-db_manager.nix
      ];
    };
    manager = { ... }: {
      imports = [ ./parts/ear-manager.nix ];
    };
    node = { ... }: {
      imports = [ ./parts/ear-daemon.nix ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
