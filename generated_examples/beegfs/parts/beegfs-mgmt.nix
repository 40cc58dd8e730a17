# BeeGFS management daemon: knows every host and every target.
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.mgmtd = {
    enable = true;
    directory = "/var/lib/beegfs/mgmtd";
  };
}
