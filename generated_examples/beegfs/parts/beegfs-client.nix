# BeeGFS client: mounts the file system on /mnt/beegfs.
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.client = {
    enable = true;
    mountPoint = "/mnt/beegfs";
  };

  # Each user has a folder of their own there, made by whichever client comes first.
  systemd.services.beegfs-client.postStart = ''
    install --directory --owner=user1 --group=users --mode=0700 /mnt/beegfs/user1
    install --directory --owner=user2 --group=users --mode=0700 /mnt/beegfs/user2
  '';
}
