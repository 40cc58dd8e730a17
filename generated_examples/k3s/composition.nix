# Kubernetes cluster with k3s
{ ... }:
let
  # How many hosts these roles have. Configurations and the test script follow.
  counts = {
    agent = 2;
  };
  hosts = builtins.mapAttrs (
    role: count: builtins.genList (index: "${role}${toString (index + 1)}") count
  ) counts;
in
{
  roles = {
    server = { ... }: {
      imports = [ ./parts/k3s-server.nix ];
    };
    agent = { ... }: {
      imports = [ ./parts/k3s-agent.nix ];
    };
  };

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;

  testScript = builtins.readFile ./test_script.py;
}
