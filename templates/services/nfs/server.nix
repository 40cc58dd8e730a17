# Exports {{ options.export }}: over NFS between machines, as a shared volume between containers.
{ lib, ... }:
{
  nxc.sharedDirs.{{ options.export | nixattr }}.export = true;

  # Containers mount over the folder, and there nobody else creates it.
  nxc.sharedDirsBootCommands = lib.mkBefore {{ ("mkdir -p " ~ (options.export | sh)) | nix }};
}
