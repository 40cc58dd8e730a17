# Kubernetes on the idle nodes of an OAR cluster
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/bebida-server.nix
        ./parts/k3s-server.nix
        ./parts/nfs-server.nix
        ./parts/oar-server.nix
        ./parts/oar-dbserver.nix
        ./parts/users.nix
        ./parts/bebida-oar-jobs.nix
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
        ./parts/bebida-node.nix
        ./parts/k3s-agent.nix
        ./parts/nfs-client.nix
        ./parts/oar-node.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
