# Slurm cluster with accounting
{ ... }:
{
  roles = {
    controller = { ... }: {
      imports = [
        ./parts/slurm-controller.nix
        ./parts/slurm-dbd.nix
        ./parts/users.nix
      ];
    };
    frontend = { ... }: {
      imports = [
        ./parts/slurm-frontend.nix
        ./parts/users.nix
      ];
    };
    node = { ... }: {
      imports = [
        ./parts/slurm-node.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
