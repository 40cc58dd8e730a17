# BeeGFS metadata server.
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.meta = {
    enable = true;
    directory = "/var/lib/beegfs/meta";
    # Works on any file system. Attributes are faster, yet the root of most flavours is a tmpfs, which
    # has user attributes on recent kernels only. Settle it before the first start.
    extendedAttributes = false;
  };
}
