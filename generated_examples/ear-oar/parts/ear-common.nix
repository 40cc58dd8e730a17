# What every EAR host knows: where database and managers are, which node reports to whom.
{ hosts, lib, ... }:
let
  managers = hosts.node;
  nodes = hosts.node;
  islands = lib.listToAttrs (lib.imap0 (island: host: lib.nameValuePair host island) managers);
  # A node that manages a database reports to itself, the others to each manager in turn.
  managerOf =
    index: node:
    if islands ? ${node} then node else lib.elemAt managers (lib.mod index (lib.length managers));
  line =
    index: node:
    let
      manager = managerOf index node;
    in
    "${toString islands.${manager}} Nodes=${node} EARDBD_IP=${manager} EARGMId=1";
in
{
  services.ear = {
    passwordFile = "/etc/ear-passwords";
    settings = {
      DBIp = "server";
      NodeDaemonPort = 50001;
      NodeDaemonPowermonFreq = 30;
      NodeDaemonVerbose = 1;
      NodeUseLog = 0;
      EARDReportPlugins = "eardbd.so";
      DBDaemonPortTCP = 50002;
      DBDaemonPortSecTCP = 50003;
      DBDaemonSyncPort = 50004;
      DBDaemonAggregationTime = 60;
      DBDaemonInsertionTime = 30;
      DBDaemonMemorySize = 120;
      DBDaemonUseLog = 0;
      EARDBDReportPlugins = "mysql.so";
      EARLReportPlugins = "eard.so";
      EARGMVerbose = 1;
      EARGMUseLog = 0;
      EARGMReportPlugins = "mysql.so";
      # It only watches: 0 is no limit of energy or power.
      EARGMId = "1 energy=0 power=0 node=manager port=50000";
      AdminUsers = "root";
      # Limits of plausible power, in W: a value beyond is taken for an error.
      Tag = "node default=yes max_avx512=2.1 max_avx2=2.1 max_power=1000 min_power=1 error_power=2000 coeffs=coeffs.default powercap=0 powercap_plugin=dvfs.so energy_plugin=energy_rapl.so";
      DefaultPowerPolicy = "monitoring";
      Policy = "monitoring Settings=0 DefaultPstate=1 Privileged=0";
      # One line per node. An island is the nodes that report to one database manager.
      Island = lib.imap0 line nodes;
    };
  };

  # Throw-away passwords: this text is world-readable in the Nix store.
  environment.etc."ear-passwords" = {
    text = ''
      DBUser=ear_daemon
      DBPassw=ear_daemon
      DBCommandsUser=ear_commands
      DBCommandsPassw=ear_commands
    '';
    mode = "0600";
  };
}
