# Accounting of jobs: slurmdbd and its database.
{ config, pkgs, ... }:
let
  cluster = config.services.slurm.clusterName;
in
{
  imports = [ ./slurm-common.nix ];

  services.slurm.dbdserver = {
    enable = true;
    dbdHost = {{ host_with("slurm.dbd") | nix }};
    storagePassFile = "/etc/slurm-password";
  };

  services.mysql = {
    enable = true;
    package = pkgs.mariadb;
    # Throw-away password, the same as in storagePassFile.
    initialScript = pkgs.writeText "slurm.sql" ''
      CREATE USER 'slurm'@'localhost' IDENTIFIED BY 'slurm';
      GRANT ALL PRIVILEGES ON slurm_acct_db.* TO 'slurm'@'localhost';
    '';
    ensureDatabases = [ "slurm_acct_db" ];
  };

  environment.etc."slurm-password" = {
    text = "slurm";
    mode = "0600";
  };

  # Its first start creates the database, however long that takes; what requires it is started once.
  systemd.services.mysql.serviceConfig.TimeoutStartSec = "infinity";

  systemd.services.slurmdbd.serviceConfig = {
    Restart = "on-failure";
    RestartSec = 5;
  };

  # Older controllers do not add their cluster to the accounting themselves.
  systemd.services.slurm-cluster = {
    description = "Cluster in the Slurm accounting";
    wantedBy = [ "multi-user.target" ];
    wants = [ "slurmdbd.service" ];
    after = [ "slurmdbd.service" ];
    path = [ "/run/current-system/sw" ];
    script = ''
      until sacctmgr --noheader --parsable2 list cluster format=cluster | grep --line-regexp ${cluster}; do
        sacctmgr --immediate add cluster ${cluster} || sleep 1
      done
    '';
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
    };
  };
}
