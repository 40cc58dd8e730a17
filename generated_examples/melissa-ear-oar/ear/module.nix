# EAR: energy accounting and control. kapack's module is for EAR 4, whose configuration is another.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.ear;
  used = cfg.database.enable || cfg.dbManager.enable || cfg.globalManager.enable || cfg.daemon.enable;

  # KEY=VALUE lines; a key with a list of values has one line for each, in that order.
  toLines = key: value: map (item: "${key}=${toString item}") (lib.toList value);
  settingsFile = pkgs.writeText "ear.conf" (
    lib.concatStringsSep "\n" (lib.concatLists (lib.mapAttrsToList toLines cfg.settings)) + "\n"
  );

  mkDaemon =
    description: program: more:
    lib.mkMerge [
      {
        inherit description;
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ];
        requires = [ "ear-configuration.service" ];
        after = [
          "network-online.target"
          "ear-configuration.service"
        ];
        environment = {
          EAR_ETC = "/etc";
          EAR_TMP = "/var/lib/ear";
          EAR_INSTALL_PATH = "${cfg.package}";
        };
        # Hosts come up in any order, and a daemon ends when it does not reach its database.
        startLimitIntervalSec = 0;
        serviceConfig = {
          Type = "simple";
          ExecStart = "${cfg.package}/bin/${program}";
          Restart = "always";
          RestartSec = 5;
          StateDirectory = "ear";
          StateDirectoryMode = "0755";
          LimitMEMLOCK = "infinity";
          LimitSTACK = "infinity";
        };
      }
      more
    ];
in
{
  options.services.ear = {
    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.ear;
      defaultText = "pkgs.ear";
      description = "EAR package to use.";
    };

    settings = lib.mkOption {
      type =
        let
          value = lib.types.either lib.types.str lib.types.int;
        in
        lib.types.attrsOf (lib.types.either value (lib.types.listOf value));
      default = { };
      example = {
        DBIp = "database";
        Island = [ "0 Nodes=node1 EARDBD_IP=node1 EARGMId=1" ];
      };
      description = "Lines of ear.conf; a list makes one line of each of its values.";
    };

    passwordFile = lib.mkOption {
      type = lib.types.str;
      example = "/run/keys/ear-passwords";
      description = "File with the ear.conf lines DBUser, DBPassw, DBCommandsUser and DBCommandsPassw.";
    };

    database.enable = lib.mkEnableOption "EAR's MariaDB database";
    dbManager.enable = lib.mkEnableOption "EARDBD, which collects what nodes report";
    globalManager.enable = lib.mkEnableOption "EARGM, which watches the energy of the cluster";
    daemon.enable = lib.mkEnableOption "EARD, which measures a node and its jobs";
  };

  config = lib.mkIf used {
    environment = {
      systemPackages = [ cfg.package ];
      variables = {
        EAR_ETC = "/etc";
        EAR_TMP = "/var/lib/ear";
        EAR_INSTALL_PATH = "${cfg.package}";
      };
    };

    services = {
      ear.settings = {
        DBDatabase = lib.mkDefault "ear";
        DBPort = lib.mkDefault 3306;
        InstDir = "${cfg.package}";
        EtcDir = "/etc";
        TmpDir = "/var/lib/ear";
        CoefficientsDir = lib.mkDefault "/etc/ear/coeffs";
      };

      mysql = lib.mkIf cfg.database.enable {
        enable = true;
        package = lib.mkDefault pkgs.mariadb;
      };
    };

    # The MSRs are read by EARD; with the governor userspace it sets frequencies.
    boot.kernelModules = lib.mkIf cfg.daemon.enable [
      "msr"
      "cpufreq_userspace"
    ];

    systemd.services = {
      ear-configuration = {
        description = "Configuration of EAR, with its passwords";
        wantedBy = [ "multi-user.target" ];
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          UMask = "0077";
        };
        script = ''
          mkdir -p /etc/ear/coeffs
          cat ${cfg.passwordFile} ${settingsFile} > /etc/ear/ear.conf
        '';
      };

      # Its first start creates the database, however long that takes; what requires it is started once.
      mysql.serviceConfig.TimeoutStartSec = lib.mkIf cfg.database.enable "infinity";

      ear-database = lib.mkIf cfg.database.enable {
        description = "Tables and users of EAR's database";
        wantedBy = [ "multi-user.target" ];
        requires = [
          "mysql.service"
          "ear-configuration.service"
        ];
        after = [
          "mysql.service"
          "ear-configuration.service"
        ];
        environment.EAR_ETC = "/etc";
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          RuntimeDirectory = "ear-database";
          RuntimeDirectoryMode = "0700";
          StateDirectory = "ear-database";
        };
        # root has no password and may only come through the socket, which is where localhost leads.
        # The users without a name that MariaDB makes at first would take the place of EAR's for what
        # comes from this host itself, as they are only for it.
        script = ''
          if [ ! -e "$STATE_DIRECTORY/created" ]; then
            ${config.services.mysql.package}/bin/mysql \
              --execute="DELETE FROM mysql.global_priv WHERE LENGTH(User) = 0; FLUSH PRIVILEGES"
            sed 's/^DBIp=.*/DBIp=localhost/' /etc/ear/ear.conf > "$RUNTIME_DIRECTORY/ear.conf"
            ${cfg.package}/bin/edb_create -r -e "$RUNTIME_DIRECTORY/ear.conf"
            touch "$STATE_DIRECTORY/created"
          fi
        '';
      };

      eardbd = lib.mkIf cfg.dbManager.enable (mkDaemon "EAR database manager" "eardbd" { });

      eargmd = lib.mkIf cfg.globalManager.enable (mkDaemon "EAR global manager" "eargmd" { });

      eard = lib.mkIf cfg.daemon.enable (
        mkDaemon "EAR node daemon" "eard 1" {
          path = [ pkgs.kmod ];
          # An active intel_pstate has no governor userspace.
          preStart = ''
            if [ -e /sys/devices/system/cpu/intel_pstate/status ]; then
              echo passive > /sys/devices/system/cpu/intel_pstate/status
            fi
          '';
        }
      );
    };
  };
}
