# What every BeeGFS host knows: the management daemon, the ports and the key.
{
  services.beegfsCluster = {
    mgmtdHost = "mgmt";
  };

  # A throw-away key: this text is world-readable in the Nix store, and it is the same for everybody.
  environment.etc."beegfs/key" = {
    text = "throw-away key of beegfs-oar";
    mode = "0400";
  };
}
