# Users' homes shared over NFS
{ ... }:
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

  rolesDistribution.client = 2;

  testScript = builtins.readFile ./test_script.py;
}
