# What k3s servers and agents have in common: the token, an image, and their address.
{ pkgs, ... }:
let
  # Runs in the proof, and keeps the network of every pod; so nothing is pulled from a registry.
  image = pkgs.dockerTools.buildLayeredImage {
    name = "nxc.local/busybox";
    tag = "1";
    contents = [ pkgs.busybox ];
    config.Cmd = [
      "/bin/sleep"
      "2147483647"
    ];
  };
in
{
  services.k3s = {
    enable = true;
    tokenFile = "/etc/k3s-token";
    configPath = "/run/k3s.yaml";
  };

  # Throw-away token: this text is world-readable in the Nix store.
  environment.etc."k3s-token" = {
    text = "throw-away";
    mode = "0600";
  };

  # k3s imports the images that it finds there when it starts.
  systemd.tmpfiles.rules = [
    "L+ /var/lib/rancher/k3s/agent/images/busybox.tar.gz - - - - ${image}"
  ];

  # A host may have several networks, and the default route may lead out of another than that of
  # the deployment: there, virtual machines all have one and the same address.
  systemd.services.k3s = {
    path = [
      pkgs.gawk
      pkgs.iproute2
    ];
    preStart = ''
      address=$(awk -v host="$(uname -n)" '$2 == host { print $1; exit }' /etc/nxc/deployment-hosts)
      interface=$(ip -oneline -4 address show to "$address" | awk '{ print $2; exit }')
      printf 'node-ip: "%s"\nflannel-iface: "%s"\npause-image: "nxc.local/busybox:1"\n' \
        "$address" "$interface" > /run/k3s.yaml
    '';
  };
}
