# PostgreSQL: the database `web`, for clients on other hosts.
{ pkgs, ... }:
{
  services.postgresql = {
    enable = true;
    enableTCPIP = true;
    authentication = "host web web all scram-sha-256";
    # Throw-away password: this text is world-readable in the Nix store.
    initialScript = pkgs.writeText "web.sql" ''
      SET password_encryption = 'scram-sha-256';
      CREATE ROLE web LOGIN PASSWORD 'web';
      CREATE DATABASE web OWNER web;
    '';
  };

  # Its first start creates the database, however long that takes; what requires it is started once.
  systemd.services.postgresql.serviceConfig.TimeoutStartSec = "infinity";
}
