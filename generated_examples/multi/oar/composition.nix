# OAR cluster
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/oar-server.nix
        ./parts/oar-dbserver.nix
      ];
    };
    frontend = { ... }: {
      imports = [
        ./parts/oar-frontend.nix
        ./parts/users.nix
      ];
    };
    node = { ... }: {
      imports = [
        ./parts/oar-node.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
