# Sensitivity analysis with Melissa on an OAR cluster
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
        ./parts/melissa-launcher.nix
        ./parts/nfs-client.nix
        ./parts/oar-frontend.nix
        ./parts/users.nix
      ];
    };
    node = { ... }: {
      imports = [
        ./parts/melissa-node.nix
        ./parts/nfs-client.nix
        ./parts/oar-node.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
