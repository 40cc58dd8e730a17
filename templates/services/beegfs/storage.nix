{% set targets = options.targets %}
# BeeGFS storage server with {{ targets }} target{{ "s" if targets > 1 }}.
{% if options.disk == "scratch" %}
{ pkgs, utils, ... }:
let
  # Grid'5000's scratch partition, by its name: the order of disks changes between boots.
  partition = "/dev/disk/by-partlabel/KDPL_TMP_disk0";
  device = "${utils.escapeSystemdPath partition}.device";
in
{% endif %}
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.storage = {
    enable = true;
    directories = [
{% for number in range(1, targets + 1) %}
      {{ (options.directory ~ "/target" ~ number) | nix }}
{% endfor %}
    ];
  };
{% if options.disk == "scratch" %}

  # You agreed that this partition is ERASED: once for each deployed system, which the mark on the
  # root tells. What an earlier job left there would belong to another cluster.
  systemd.services.beegfs-scratch = {
    description = "Erase the scratch partition for BeeGFS";
    path = [ pkgs.e2fsprogs ];
    unitConfig.ConditionPathExists = "!/var/lib/beegfs/scratch-is-ours";
    requires = [ device ];
    after = [ device ];
    script = ''
      mkfs.ext4 -q -F ${partition}
      touch /var/lib/beegfs/scratch-is-ours
    '';
    serviceConfig = {
      Type = "oneshot";
      StateDirectory = "beegfs";
    };
  };
  systemd.mounts = [
    {
      what = partition;
      where = {{ options.directory | nix }};
      type = "ext4";
      requires = [ "beegfs-scratch.service" ];
      after = [ "beegfs-scratch.service" ];
      requiredBy = [ "beegfs-storage.service" ];
    }
  ];
{% endif %}
}
