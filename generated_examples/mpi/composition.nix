# Open MPI and the NAS parallel benchmarks
{ ... }:
{
  roles = {
    node = { ... }: {
      imports = [
        ./parts/mpi-node.nix
        ./parts/mpi-npb.nix
        ./parts/users.nix
      ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
