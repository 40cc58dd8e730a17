# k3s agent: runs pods.
{
  imports = [ ./k3s-common.nix ];

  services.k3s = {
    role = "agent";
    serverAddr = "https://server:6443";
  };
}
