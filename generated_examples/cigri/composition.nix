# CiGri campaigns on an OAR cluster
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/nfs-server.nix
        ./parts/oar-server.nix
        ./parts/oar-dbserver.nix
        ./parts/oar-web.nix
        ./parts/users.nix
      ];
    };
    cigri = { ... }: {
      imports = [
        ./parts/cigri-server.nix
        ./parts/cigri-dbserver.nix
        ./parts/cigri-client.nix
        ./parts/nfs-client.nix
        ./parts/users.nix
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
        ./parts/nfs-client.nix
        ./parts/oar-node.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
