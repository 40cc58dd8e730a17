# BDPO power optimization
{ ... }:
{
  roles = {
    node = { ... }: {
      imports = [ ./parts/bdpo.nix ];
    };
  };

  rolesDistribution.node = 2;

  testScript = builtins.readFile ./test_script.py;
}
