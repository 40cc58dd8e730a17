# Publishes load and memory of this host in ExaMon's format.
{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.mosquitto ];

  systemd.services.examon-publisher = {
    description = "ExaMon publisher of load and memory";
    wantedBy = [ "multi-user.target" ];
    wants = [ "network-online.target" ];
    after = [ "network-online.target" ];
    # The broker may come up much later than this host.
    startLimitIntervalSec = 0;
    path = [
      pkgs.gawk
      pkgs.mosquitto
    ];
    environment.NODE = "%H";
    serviceConfig = {
      Type = "exec";
      DynamicUser = true;
      Restart = "always";
      RestartSec = 5;
      NoNewPrivileges = true;
      PrivateTmp = true;
      ProtectHome = true;
      ProtectSystem = "strict";
    };
    script = ''
      publish() {
        mosquitto_pub -h server -m "$2;$(date +%s.%3N)" \
          -t "org/nxc/cluster/examon/node/$NODE/plugin/host_pub/chnl/data/$1"
      }
      while true; do
        read -r load _ < /proc/loadavg
        publish load "$load"
        publish memory_available "$(awk '/^MemAvailable:/ { print $2 * 1024 }' /proc/meminfo)"
        sleep 5
      done
    '';
  };
}
