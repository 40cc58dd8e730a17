# BeeGFS client: mounts the file system on /scratch.
{ pkgs, ... }:
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.client = {
    enable = true;
    mountPoint = "/scratch";
  };

  # Each user gets a folder of their own there, whichever client comes first.
  systemd.services.beegfs-user-folders = {
    description = "Folders of the users on BeeGFS";
    wantedBy = [ "multi-user.target" ];
    requires = [ "beegfs-client.service" ];
    after = [ "beegfs-client.service" ];
    path = [ pkgs.coreutils ];
    script = ''
      install --directory --owner=user1 --group=users --mode=0700 /scratch/user1
      install --directory --owner=user2 --group=users --mode=0700 /scratch/user2
    '';
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      Restart = "on-failure";
      RestartSec = 2;
    };
  };
}
