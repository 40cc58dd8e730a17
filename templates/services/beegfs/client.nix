{% set folder = service.mount %}
# BeeGFS client: mounts the file system on {{ folder }}.
{% if users %}
{ pkgs, ... }:
{% endif %}
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.client = {
    enable = true;
    mountPoint = {{ folder | nix }};
  };
{% if users %}

  # Each user gets a folder of their own there, whichever client comes first.
  systemd.services.beegfs-user-folders = {
    description = "Folders of the users on BeeGFS";
    wantedBy = [ "multi-user.target" ];
    requires = [ "beegfs-client.service" ];
    after = [ "beegfs-client.service" ];
    path = [ pkgs.coreutils ];
    script = ''
{% for user in users %}
      install --directory --owner={{ user }} --group=users --mode=0700 {{ folder }}/{{ user }}
{% endfor %}
    '';
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      Restart = "on-failure";
      RestartSec = 2;
    };
  };
{% endif %}
}
