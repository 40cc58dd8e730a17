# CiGri database: campaigns, their jobs, clusters, and the users' tokens.
{
  imports = [ ./cigri-common.nix ];

  services.cigri.dbserver.enable = true;

  # Its first start creates the database, however long that takes; what requires it is started once.
  systemd.services.postgresql.serviceConfig.TimeoutStartSec = "infinity";
}
