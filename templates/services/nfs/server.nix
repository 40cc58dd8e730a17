# Exports {{ options.export }}: over NFS between machines, as a shared volume between containers.
{ lib, ... }:
{
  nxc.sharedDirs.{{ options.export | nixattr }}.export = true;

  # Containers mount over the folder, and there nobody else creates it.
  nxc.sharedDirsBootCommands = lib.mkBefore {{ ("mkdir -p " ~ (options.export | sh)) | nix }};
{% if options.export != home %}

  # Everybody may write, as in /tmp.
  nxc.postBootCommands = {{ ("chmod 1777 " ~ (options.export | sh)) | nix }};
{% endif %}
}
