# BeeGFS storage server with 1 target.
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.storage = {
    enable = true;
    directories = [
      "/var/lib/beegfs/storage/target1"
    ];
  };
}
