# What every BeeGFS host knows: the management daemon, the ports and the key.
{ config, lib, ... }:
{
  services.beegfsCluster = {
    mgmtdHost = "mgmt";
    # NixOS Compose gives each virtual machine a second interface, for ssh, and the same address on all
    # of them. Whoever does not reach a server at its other address would try that one: its own.
    networks = lib.optional config.nxc.qemu-script.enable "192.168.1.0/24";
  };

  # A throw-away key: this text is world-readable in the Nix store, and it is the same for everybody.
  environment.etc."beegfs/key" = {
    text = "throw-away key of beegfs";
    mode = "0400";
  };
}
