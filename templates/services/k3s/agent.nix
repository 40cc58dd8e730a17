# k3s agent: runs pods.
{
  imports = [ ./k3s-common.nix ];

  services.k3s = {
    role = "agent";
    serverAddr = {{ ("https://" ~ host_with("k3s.server") ~ ":6443") | nix }};
  };
}
