# Kubernetes cluster with k3s
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [ ./parts/k3s-server.nix ];
    };
    agent = { ... }: {
      imports = [ ./parts/k3s-agent.nix ];
    };
  };

  rolesDistribution.agent = 2;

  testScript = builtins.readFile ./test_script.py;
}
