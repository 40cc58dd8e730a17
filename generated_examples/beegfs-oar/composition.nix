# OAR cluster with homes on NFS and scratch on BeeGFS
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/nfs-server.nix
        ./parts/oar-server.nix
        ./parts/oar-dbserver.nix
        ./parts/users.nix
      ];
    };
    frontend = { ... }: {
      imports = [
        ./parts/beegfs-client.nix
        ./parts/nfs-client.nix
        ./parts/oar-frontend.nix
        ./parts/users.nix
      ];
    };
    node = { ... }: {
      imports = [
        ./parts/beegfs-client.nix
        ./parts/nfs-client.nix
        ./parts/oar-node.nix
        ./parts/users.nix
      ];
    };
    mgmt = { ... }: {
      imports = [
        ./parts/beegfs-mgmt.nix
        ./parts/beegfs-meta.nix
      ];
    };
    storage = { ... }: {
      imports = [ ./parts/beegfs-storage.nix ];
    };
  };

  rolesDistribution = {
    node = 2;
    storage = 2;
  };

  testScript = builtins.readFile ./test_script.py;
}
