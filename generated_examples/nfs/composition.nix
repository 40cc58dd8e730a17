# Users' homes shared over NFS
{ ... }:
let
  # How many hosts these roles have. Configurations and the test script follow.
  counts = {
    client = 2;
  };
  hosts = builtins.mapAttrs (
    role: count: builtins.genList (index: "${role}${toString (index + 1)}") count
  ) counts;
in
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/nfs-server.nix
        ./parts/users.nix
      ];
    };
    client = { ... }: {
      imports = [
        ./parts/nfs-client.nix
        ./parts/users.nix
      ];
    };
  };

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;

  testScript = builtins.readFile ./test_script.py;
}
