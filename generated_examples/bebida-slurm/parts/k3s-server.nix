# k3s server: the control plane, which also runs pods.
{
  imports = [ ./k3s-common.nix ];

  services.k3s = {
    role = "server";
    # The images of these add-ons would be pulled from the Internet.
    extraFlags = toString [
      "--tls-san=server"
      "--disable=coredns"
      "--disable=local-storage"
      "--disable=metrics-server"
      "--disable=servicelb"
      "--disable=traefik"
    ];
  };
}
