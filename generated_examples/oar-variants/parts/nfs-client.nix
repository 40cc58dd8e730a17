# Mounts /users of server.
{ config, lib, ... }:
{
  nxc.sharedDirs."/users".server = "server";

  # Containers mount over the folder, and there nobody else creates it.
  nxc.sharedDirsBootCommands = lib.mkBefore "mkdir -p /users";

  # Mounted at the first access, not at boot: the server may come up later than this host.
  fileSystems = lib.mkIf (!config.boot.isContainer) {
    "/users".options = [ "x-systemd.automount" ];
  };
}
