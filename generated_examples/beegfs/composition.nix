# BeeGFS file system
{ ... }:
{
  roles = {
    mgmt = { ... }: {
      imports = [ ./parts/beegfs-mgmt.nix ];
    };
    meta = { ... }: {
      imports = [ ./parts/beegfs-meta.nix ];
    };
    storage = { ... }: {
      imports = [ ./parts/beegfs-storage.nix ];
    };
    client = { ... }: {
      imports = [
        ./parts/beegfs-client.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution = {
    storage = 2;
    client = 2;
  };

  testScript = builtins.readFile ./test_script.py;
}
