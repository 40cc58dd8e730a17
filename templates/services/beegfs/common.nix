# What every BeeGFS host knows: the management daemon, the ports and the key.
{% if flavours | selectattr("memory") | list %}
{ config, lib, ... }:
{% endif %}
{
  services.beegfsCluster = {
    mgmtdHost = {{ host_with("beegfs.mgmt") | nix }};
{% if service.authentication == "off" %}
    # Authentication is off, as you asked: whoever reaches the ports reads and writes everything.
    authFile = null;
{% endif %}
{% if service.port_shift %}
    portShift = {{ service.port_shift }};
{% endif %}
{% if flavours | selectattr("memory") | list %}
    # NixOS Compose gives each virtual machine a second interface, for ssh, and the same address on all
    # of them. Whoever does not reach a server at its other address would try that one: its own.
    networks = lib.optional config.nxc.qemu-script.enable "192.168.1.0/24";
{% endif %}
  };
{% if service.authentication == "throw-away" %}

  # A throw-away key: this text is world-readable in the Nix store, and it is the same for everybody.
  environment.etc."beegfs/key" = {
    text = {{ ("throw-away key of " ~ name) | nix }};
    mode = "0400";
  };
{% elif service.authentication == "secret" %}

  # The key is in secrets/beegfs.key, outside the Nix store. It is brought to /etc/beegfs/key once
  # the hosts have started (see README.md); until then the daemons try again every two seconds.
{% endif %}
}
