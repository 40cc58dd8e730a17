# OAR cluster with BDPO power optimization
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/nfs-server.nix
        ./parts/oar-server.nix
        ./parts/oar-dbserver.nix
        ./parts/users.nix
        ./parts/bdpo-oar-jobs.nix
      ];
    };
    frontend = { ... }: {
      imports = [
        ./parts/nfs-client.nix
        ./parts/oar-frontend.nix
        ./parts/users.nix
      ];
    };
    node = { ... }: {
      imports = [
        ./parts/bdpo.nix
        ./parts/nfs-client.nix
        ./parts/oar-node.nix
        ./parts/users.nix
        ./parts/bdpo-oar-jobs.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
