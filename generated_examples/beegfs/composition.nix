# BeeGFS file system
{ ... }:
let
  # How many hosts these roles have. Configurations and the test script follow.
  counts = {
    storage = 2;
    client = 2;
  };
  hosts = builtins.mapAttrs (
    role: count: builtins.genList (index: "${role}${toString (index + 1)}") count
  ) counts;
in
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

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;

  testScript = builtins.readFile ./test_script.py;
}
