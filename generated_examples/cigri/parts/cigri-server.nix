# CiGri server: sends the jobs of campaigns to OAR when nodes are idle, through OAR's web API.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.cigri;
  oarFrontend = "frontend";
  oarApi = "http://server/api/";
  # A token of root is that of the user oar, whose token CiGri takes to look at jobs.
  owners = {
    root = "oar";
    user1 = "user1";
    user2 = "user2";
  };
in
{
  imports = [ ./cigri-common.nix ];

  services = {
    cigri = {
      client.enable = lib.mkDefault true;
      server = {
        enable = true;
        web.enable = true;
        logfile = "${cfg.server.statePath}/log/cigri.log";
      };
    };
    # A host of a composition does not live long enough.
    logrotate.enable = false;
  };

  # Apache takes its ServerName from here and refuses an empty one. NixOS Compose leaves the name of
  # a host empty for all but containers; the one that it gives at boot is the same.
  networking.hostName = lib.mkOverride 900 "cigri";

  systemd.services = {
    # Both end when the database does not answer yet, and systemd would give up after five times.
    cigri-server = {
      startLimitIntervalSec = 0;
      serviceConfig.RestartSec = 5;
    };
    cigri-rest-api = {
      startLimitIntervalSec = 0;
      serviceConfig.RestartSec = 5;
    };

    # Makes the cluster and the users' tokens known, once. CiGri has no configuration file for them.
    cigri-register = {
      description = "Registration of the OAR cluster and of its users in CiGri";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [
        "network-online.target"
        "cigri-conf-init.service"
        "cigri-rest-api.service"
        "httpd.service"
      ];
      path = [
        cfg.package
        pkgs.curl
        pkgs.openssh
        pkgs.postgresql
        pkgs.util-linux
      ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        Restart = "on-failure";
        RestartSec = 5;
        StateDirectory = "cigri-register";
      };
      script = ''
        source ${cfg.database.passwordFile}
        export PGPASSWORD=$DATABASE_USER_PASSWORD
        ask() {
          psql -h ${cfg.database.host} -U "$DATABASE_USER_NAME" --tuples-only --no-align \
            -v ON_ERROR_STOP=1 --command="$1" ${cfg.database.dbname}
        }

        curl --fail --silent ${oarApi}version > /dev/null
        if [ "$(ask "SELECT count(*) FROM clusters WHERE name = 'oar'")" = 0 ]; then
          # Name, API, how to authenticate, user and password and header of other ways to do so, host,
          # kind of batch system, what a job asks for, power, properties. As the user cigri: the log
          # that it may have to create is the server's too.
          runuser --user=cigri -- newcluster oar ${oarApi} jwt none none "" ${oarFrontend} oar3 resource_id 1 ""
          systemctl restart cigri-server.service
        fi
        cluster=$(ask "SELECT id FROM clusters WHERE name = 'oar'")

        ${lib.concatStrings (
          lib.mapAttrsToList (user: owner: ''
            if [ ! -e "$STATE_DIRECTORY/${user}" ]; then
              token=$(ssh root@${oarFrontend} runuser --user=${owner} -- oarsub --api-token | sed -n 's/^OAR_API_TOKEN=//p')
              # It ends with 0 whatever happens.
              runuser --user=${user} -- gridtoken -i "$cluster" -t "$token" | grep 'New token registered'
              touch "$STATE_DIRECTORY/${user}"
            fi
          '') owners
        )}
      '';
    };
  };
}
