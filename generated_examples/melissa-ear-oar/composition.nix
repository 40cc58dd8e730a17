# Sensitivity analysis with Melissa on an OAR cluster with EAR
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/ear-database.nix
        ./parts/nfs-server.nix
        ./parts/oar-server.nix
        ./parts/oar-dbserver.nix
        ./parts/users.nix
        ./parts/ear-oar-jobs.nix
      ];
    };
    frontend = { ... }: {
      imports = [
        ./parts/melissa-launcher.nix
        ./parts/nfs-client.nix
        ./parts/oar-frontend.nix
        ./parts/users.nix
      ];
    };
    manager = { ... }: {
      imports = [ ./parts/ear-manager.nix ];
    };
    node = { ... }: {
      imports = [
        ./parts/ear-db_manager.nix
        ./parts/ear-daemon.nix
        ./parts/melissa-node.nix
        ./parts/nfs-client.nix
        ./parts/oar-node.nix
        ./parts/users.nix
        ./parts/ear-oar-jobs.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
