{% set mounts = mounted(role) %}
# Mounts {% for m in mounts %}{{ m.path }} of {{ m.host }}{{ ", " if not loop.last }}{% endfor %}.
{ config, lib, ... }:
{
{% if mounts | length == 1 %}
  nxc.sharedDirs.{{ mounts[0].path | nixattr }}.server = {{ mounts[0].host | nix }};
{% else %}
  nxc.sharedDirs = {
{% for m in mounts %}
    {{ m.path | nixattr }}.server = {{ m.host | nix }};
{% endfor %}
  };
{% endif %}

  # Containers mount over the folder, and there nobody else creates it.
  nxc.sharedDirsBootCommands = lib.mkBefore {{ ("mkdir -p " ~ (mounts | map(attribute="path") | map("sh") | join(" "))) | nix }};

  # Mounted at the first access, not at boot: the server may come up later than this host.
  fileSystems = lib.mkIf (!config.boot.isContainer) {
{% for m in mounts %}
    {{ m.path | nixattr }}.options = [ "x-systemd.automount" ];
{% endfor %}
  };
}
