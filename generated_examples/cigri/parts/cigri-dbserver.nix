# CiGri database: campaigns, their jobs, clusters, and the users' tokens.
{ lib, ... }:
{
  imports = [ ./cigri-common.nix ];

  services.cigri.dbserver.enable = true;

  # On nspawn a host has its own name at its link-local address too, where kapack lets nobody in.
  services.postgresql.authentication = lib.mkForce "host all all ::/0 md5";

  # Its first start creates the database, however long that takes; what requires it is started once.
  systemd.services.postgresql.serviceConfig.TimeoutStartSec = "infinity";
}
