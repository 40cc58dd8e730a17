# BeeGFS client: mounts the file system on {{ service.mount }}.
{
  imports = [ ./beegfs-common.nix ];

  services.beegfsCluster.client = {
    enable = true;
    mountPoint = {{ service.mount | nix }};
  };
{% if users %}

  # Each user has a folder of their own there, made by whichever client comes first.
  systemd.services.beegfs-client.postStart = ''
{% for user in users %}
    install --directory --owner={{ user }} --group=users --mode=0700 {{ service.mount }}/{{ user }}
{% endfor %}
  '';
{% endif %}
}
