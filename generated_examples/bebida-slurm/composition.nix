# Kubernetes on the idle nodes of a Slurm cluster
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [
        ./parts/bebida-server.nix
        ./parts/k3s-server.nix
        ./parts/nfs-server.nix
        ./parts/slurm-controller.nix
        ./parts/slurm-dbd.nix
        ./parts/users.nix
        ./parts/bebida-slurm-jobs.nix
      ];
    };
    frontend = { ... }: {
      imports = [
        ./parts/nfs-client.nix
        ./parts/slurm-frontend.nix
        ./parts/users.nix
        ./parts/bebida-slurm-jobs.nix
      ];
    };
    node = { ... }: {
      imports = [
        ./parts/bebida-node.nix
        ./parts/k3s-agent.nix
        ./parts/nfs-client.nix
        ./parts/slurm-node.nix
        ./parts/users.nix
        ./parts/bebida-slurm-jobs.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
