# BeeGFS 7.4 as a NixOS module. Not below `services.beegfs`: nixpkgs declares that one as removed.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib)
    mkDefault
    mkEnableOption
    mkIf
    mkOption
    mkPackageOption
    types
    ;

  cfg = config.services.beegfsCluster;
  format = pkgs.formats.keyValue { };
  kernelModule = ./kernel-module.nix;

  # TCP and UDP, before the shift. The client listens on UDP, beegfs-helperd on TCP only.
  ports = {
    mgmtd = 8008;
    meta = 8005;
    storage = 8003;
  };
  clientPort = 8004;

  servers = lib.filterAttrs (name: _: cfg.${name}.enable) ports;
  anything = servers != { } || cfg.client.enable;

  settingsOption =
    program:
    mkOption {
      inherit (format) type;
      default = { };
      example = {
        logLevel = 4;
      };
      description = ''
        Settings of ${program}, by the names of its configuration file. An unknown one keeps it
        from starting.
      '';
    };

  # What every program reads. A setting of the user wins.
  common = lib.mapAttrs (_: mkDefault) (
    {
      connPortShift = cfg.portShift;
      # The package is built without RDMA; this saves a search for it at each start.
      connUseRDMA = false;
    }
    // (
      if cfg.authFile == null then
        { connDisableAuthentication = true; }
      else
        { connAuthFile = cfg.authFile; }
    )
    // lib.optionalAttrs (cfg.networks != [ ]) {
      connNetFilterFile = "/etc/beegfs/networks";
    }
  );
  withMgmtd = common // {
    sysMgmtdHost = mkDefault cfg.mgmtdHost;
  };

  configFile = name: "beegfs/beegfs-${name}.conf";

  # Daemons find each other over the network, in any order: they wait for the management daemon,
  # so no unit is ordered after one of another host. Without a key they fail, and are started again
  # until it is there.
  daemon =
    name:
    {
      description,
      directories ? [ ],
      user ? null,
      capabilities ? [ "" ], # none
    }:
    {
      description = "BeeGFS ${description}";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      restartTriggers = [ config.environment.etc.${configFile name}.source ] ++ cfg.networks;
      unitConfig = {
        RequiresMountsFor = directories;
        StartLimitIntervalSec = 0;
      };
      serviceConfig = {
        # Not tmpfiles, which has long run when the file system of a store is mounted. Runs as root.
        ExecStartPre = map (
          directory:
          "+${pkgs.coreutils}/bin/install --directory --mode=0700"
          + lib.optionalString (user != null) " --owner=${user} --group=${user}"
          + " ${directory}"
        ) directories;
        ExecStart =
          "${cfg.package}/bin/beegfs-${name} cfgFile=/etc/${configFile name}"
          + lib.optionalString (user != null && cfg.authFile != null) (
            # Only root reads the key; systemd hands a copy to the user of the daemon.
            " connAuthFile=\${CREDENTIALS_DIRECTORY}/key"
          );
        Restart = "on-failure";
        RestartSec = 2;
        LimitNOFILE = 50000;
        TimeoutStopSec = 60;

        CapabilityBoundingSet = capabilities;
        LockPersonality = true;
        MemoryDenyWriteExecute = true;
        NoNewPrivileges = true;
        PrivateDevices = true;
        PrivateTmp = true;
        ProtectClock = true;
        ProtectControlGroups = true;
        ProtectHome = "read-only";
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        ProtectKernelTunables = true;
        ProtectSystem = "strict";
        # "-": systemd sets up the file system of ExecStartPre too, when they may not be there yet.
        ReadWritePaths = map (directory: "-${directory}") directories;
        RestrictAddressFamilies = [
          "AF_INET"
          "AF_INET6"
          "AF_NETLINK"
          "AF_UNIX"
        ];
        RestrictNamespaces = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        SystemCallArchitectures = "native";
      }
      // lib.optionalAttrs (user != null) {
        User = user;
        Group = user;
        LoadCredential = lib.optional (cfg.authFile != null) "key:${cfg.authFile}";
      };
    };

  # meta and storage keep files for the users of the clients, with their owners and modes.
  storeCapabilities = [
    "CAP_CHOWN"
    "CAP_DAC_OVERRIDE"
    "CAP_DAC_READ_SEARCH"
    "CAP_FOWNER"
    "CAP_FSETID"
    "CAP_SETGID"
    "CAP_SETUID"
    "CAP_SYS_NICE"
    "CAP_SYS_RESOURCE"
  ];

  mountPoint = lib.escapeShellArg cfg.client.mountPoint;
  mountOptions = lib.concatStringsSep "," (
    [ "cfgFile=/etc/${configFile "client"}" ] ++ cfg.client.mountOptions
  );

  stores =
    lib.optional cfg.mgmtd.enable cfg.mgmtd.directory
    ++ lib.optional cfg.meta.enable cfg.meta.directory
    ++ lib.optionals cfg.storage.enable cfg.storage.directories;
  isBelow = outer: inner: inner == outer || lib.hasPrefix "${outer}/" inner;
  overlaps = lib.any (store: lib.length (lib.filter (other: isBelow store other) stores) > 1) stores;
in
{
  options.services.beegfsCluster = {
    package = mkPackageOption pkgs "beegfs" { };

    mgmtdHost = mkOption {
      type = types.str;
      example = "mgmt";
      description = "Name or address of the host that runs beegfs-mgmtd.";
    };

    authFile = mkOption {
      type = types.nullOr types.str;
      default = "/etc/beegfs/key";
      description = ''
        File with the key that the hosts of the cluster share: at least 4 bytes, the same on all of
        them, readable by root alone. Daemons wait until it is there. `null` lets everybody in who
        reaches the network.
      '';
    };

    portShift = mkOption {
      type = types.ints.between 0 (65535 - ports.mgmtd);
      default = 0;
      description = "Number added to every port, the same on all hosts.";
    };

    networks = mkOption {
      type = types.listOf (types.strMatching "[0-9.]+/[0-9]+");
      default = [ ];
      example = [ "192.168.1.0/24" ];
      description = ''
        Networks at which other hosts are reached; without any, all that a host is in. Each daemon
        tells the addresses of all its interfaces, and those that are tried in vain cost time, or
        lead to another host that has the same one.
      '';
    };

    openFirewall = mkEnableOption "opening the ports of BeeGFS in the firewall";

    mgmtd = {
      enable = mkEnableOption "the management daemon of BeeGFS, once in a cluster";
      directory = mkOption {
        type = types.path;
        default = "/var/lib/beegfs/mgmtd";
        description = "Where beegfs-mgmtd keeps which hosts and targets there are.";
      };
      settings = settingsOption "beegfs-mgmtd";
    };

    meta = {
      enable = mkEnableOption "a metadata server of BeeGFS";
      directory = mkOption {
        type = types.path;
        default = "/var/lib/beegfs/meta";
        description = "Where beegfs-meta keeps names, owners and layouts of files.";
      };
      extendedAttributes = mkOption {
        type = types.bool;
        default = true;
        description = ''
          Whether metadata goes into extended attributes of the file system that holds
          {option}`services.beegfsCluster.meta.directory` (fast), or into files. It cannot be changed
          once the directory is in use. tmpfs has `user` attributes since Linux 6.6 only.
        '';
      };
      settings = settingsOption "beegfs-meta";
    };

    storage = {
      enable = mkEnableOption "a storage server of BeeGFS";
      directories = mkOption {
        type = types.nonEmptyListOf types.path;
        default = [ "/var/lib/beegfs/storage" ];
        description = "The targets: where beegfs-storage keeps the contents of files.";
      };
      settings = settingsOption "beegfs-storage";
    };

    helperd = {
      enable = mkOption {
        type = types.bool;
        default = cfg.client.enable;
        defaultText = lib.literalExpression "config.services.beegfsCluster.client.enable";
        description = "Whether to run beegfs-helperd, which resolves host names for the client.";
      };
      settings = settingsOption "beegfs-helperd";
    };

    client = {
      enable = mkEnableOption "mounting the file system";
      mountPoint = mkOption {
        type = types.path;
        default = "/mnt/beegfs";
        description = "Where the file system is mounted, by `beegfs-client.service`.";
      };
      mountOptions = mkOption {
        type = types.listOf types.str;
        default = [ "nosuid" ];
        description = "Options of the mount, besides the configuration file.";
      };
      kernelModule = mkOption {
        type = types.bool;
        default = cfg.client.enable;
        defaultText = lib.literalExpression "config.services.beegfsCluster.client.enable";
        description = ''
          Whether the system has the client's module for its kernel, which is older than Linux 6.13.
        '';
      };
      settings = settingsOption "the client, of beegfs-ctl and of beegfs-fsck";
    };
  };

  config = lib.mkMerge [
    (mkIf anything {
      assertions = [
        {
          assertion = cfg.client.enable -> cfg.helperd.enable;
          message = "services.beegfsCluster.helperd.enable: the client needs it to resolve names.";
        }
        {
          assertion = !lib.elem "/" stores && !overlaps;
          message = ''
            services.beegfsCluster: every store needs a directory of its own, which is not / and not
            inside another one; got ${toString stores}.
          '';
        }
      ];

      environment.systemPackages = [ cfg.package ];

      # beegfs-ctl reads the client's file, so every host has one.
      environment.etc =
        lib.mapAttrs'
          (
            name: settings:
            lib.nameValuePair (configFile name) {
              source = format.generate "beegfs-${name}.conf" settings;
            }
          )
          (
            {
              client = cfg.client.settings;
            }
            // lib.optionalAttrs cfg.mgmtd.enable { mgmtd = cfg.mgmtd.settings; }
            // lib.optionalAttrs cfg.meta.enable { meta = cfg.meta.settings; }
            // lib.optionalAttrs cfg.storage.enable { storage = cfg.storage.settings; }
            // lib.optionalAttrs cfg.helperd.enable { helperd = cfg.helperd.settings; }
          )
        // lib.optionalAttrs (cfg.networks != [ ]) {
          "beegfs/networks".text = lib.concatMapStrings (network: network + "\n") cfg.networks;
        };

      services.beegfsCluster.client.settings = withMgmtd;

      networking.firewall = mkIf cfg.openFirewall {
        allowedTCPPorts = map (port: port + cfg.portShift) (lib.attrValues servers);
        allowedUDPPorts = map (port: port + cfg.portShift) (
          lib.attrValues servers ++ lib.optional cfg.client.enable clientPort
        );
      };
    })

    (mkIf (cfg.mgmtd.enable || cfg.helperd.enable) {
      users.users.beegfs = {
        isSystemUser = true;
        group = "beegfs";
      };
      users.groups.beegfs = { };
    })

    (mkIf cfg.mgmtd.enable {
      services.beegfsCluster.mgmtd.settings = common // {
        storeMgmtdDirectory = mkDefault cfg.mgmtd.directory;
      };
      systemd.services.beegfs-mgmtd = daemon "mgmtd" {
        description = "management daemon";
        directories = [ cfg.mgmtd.directory ];
        user = "beegfs";
      };
    })

    (mkIf cfg.meta.enable {
      services.beegfsCluster.meta.settings = withMgmtd // {
        storeMetaDirectory = mkDefault cfg.meta.directory;
        storeUseExtendedAttribs = mkDefault cfg.meta.extendedAttributes;
      };
      systemd.services.beegfs-meta = daemon "meta" {
        description = "metadata server";
        directories = [ cfg.meta.directory ];
        capabilities = storeCapabilities;
      };
    })

    (mkIf cfg.storage.enable {
      services.beegfsCluster.storage.settings = withMgmtd // {
        storeStorageDirectory = mkDefault (lib.concatStringsSep "," cfg.storage.directories);
      };
      systemd.services.beegfs-storage = daemon "storage" {
        description = "storage server";
        directories = cfg.storage.directories;
        capabilities = storeCapabilities;
      };
    })

    (mkIf cfg.helperd.enable {
      services.beegfsCluster.helperd.settings = common;
      systemd.services.beegfs-helperd = daemon "helperd" {
        description = "helper of the client";
        user = "beegfs";
      };
    })

    (mkIf cfg.client.kernelModule {
      # Built for the kernel of this very configuration, whichever that is.
      boot.extraModulePackages = [
        (config.boot.kernelPackages.callPackage kernelModule { beegfs = cfg.package; })
      ];
    })

    (mkIf cfg.client.enable {
      boot.kernelModules = [ "beegfs" ];

      # A service and not an entry of fileSystems: it tries again until the servers are there.
      systemd.services.beegfs-client = {
        description = "BeeGFS client: mount ${cfg.client.mountPoint}";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ];
        requires = [ "beegfs-helperd.service" ];
        after = [
          "beegfs-helperd.service"
          "network-online.target"
          "systemd-modules-load.service"
        ];
        unitConfig.StartLimitIntervalSec = 0;
        path = [ pkgs.util-linux ];
        script = ''
          mkdir -p ${mountPoint}
          mountpoint -q ${mountPoint} ||
            mount -t beegfs beegfs_nodev ${mountPoint} -o ${lib.escapeShellArg mountOptions}
        '';
        preStop = "umount ${mountPoint}";
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          Restart = "on-failure";
          RestartSec = 2;
        };
      };
    })
  ];
}
