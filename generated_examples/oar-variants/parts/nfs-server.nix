# Exports /users: over NFS between machines, as a shared volume between containers.
{ lib, ... }:
{
  nxc.sharedDirs."/users".export = true;

  # Containers mount over the folder, and there nobody else creates it.
  nxc.sharedDirsBootCommands = lib.mkBefore "mkdir -p /users";
}
