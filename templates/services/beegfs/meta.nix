{% if options.attributes == "image" %}
# BeeGFS metadata server, with its data on an ext4 image in a file.
{ pkgs, ... }:
let
  directory = {{ options.directory | nix }};
  image = "${directory}.img";
in
{% else %}
# BeeGFS metadata server.
{% endif %}
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.meta = {
    enable = true;
{% if options.attributes == "image" %}
    inherit directory;
{% else %}
    directory = {{ options.directory | nix }};
{% endif %}
{% if options.attributes == "files" %}
    # Works on any file system. Attributes are faster, yet the root of most flavours is a tmpfs, which
    # has user attributes on recent kernels only. Settle it before the first start.
    extendedAttributes = false;
{% elif options.attributes == "root" %}
    # The file system below the directory must have user attributes: ext4 and xfs do, tmpfs since
    # Linux 6.6.
    extendedAttributes = true;
{% endif %}
{% if service.stripes %}
    settings.tuneDefaultNumStripeTargets = {{ service.stripes }};
{% endif %}
  };
{% if options.attributes == "image" %}

  # The root is a tmpfs on most flavours, whose user attributes depend on the kernel. ext4 has them.
  systemd.services.beegfs-meta-image = {
    description = "Image that holds the metadata of BeeGFS";
    path = [
      pkgs.e2fsprogs
      pkgs.coreutils
    ];
    unitConfig = {
      ConditionPathExists = "!${image}";
      DefaultDependencies = false;
      RequiresMountsFor = dirOf image;
    };
    # Large inodes hold the attributes themselves. There are many, as the server makes 66,000 folders
    # when it first starts.
    script = ''
      mkdir -p ${dirOf image}
      truncate --size={{ options.image_size }}M ${image}.new
      mkfs.ext4 -q -I 512 -i 2048 ${image}.new
      mv ${image}.new ${image}
    '';
    serviceConfig.Type = "oneshot";
  };
  systemd.mounts = [
    {
      what = image;
      where = directory;
      type = "ext4";
      options = "loop";
      requires = [ "beegfs-meta-image.service" ];
      after = [ "beegfs-meta-image.service" ];
      requiredBy = [ "beegfs-meta.service" ];
    }
  ];
{% endif %}
}
