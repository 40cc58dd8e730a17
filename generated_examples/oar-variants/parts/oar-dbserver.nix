# OAR database. As the tables are created, it declares the resources: one per core of every node.
{
  config,
  hosts,
  lib,
  pkgs,
  ...
}:
let
  nodes = hosts.node;
in
{
  imports = [ ./oar-common.nix ];

  services.oar = {
    dbserver.enable = true;
    database = {
      initPath = [
        pkgs.jq
        pkgs.util-linux
      ];
      # The shell of oar-db-init.service, which has read passwordFile.
      postInitCommands = ''
        # nspawn has no deployment file: there, the hosts of the composition.
        nodes=${lib.escapeShellArg (builtins.toJSON nodes)}
        if [ -e /etc/nxc/deployment.json ]; then
          nodes=$(jq --compact-output \
            '[.deployment | to_entries[] | select(.value.role | IN("node")) | .value.host // .key]' \
            /etc/nxc/deployment.json)
        fi
        # The nodes are taken to have as many cores as this host.
        cores=$(lscpu --parse=CORE,SOCKET | grep -v '^#' | sort -u | wc -l)

        PGPASSWORD=$DB_BASE_PASSWD psql -h localhost -U "$DB_BASE_LOGIN" -v ON_ERROR_STOP=1 \
          -v nodes="$nodes" -v cores="$cores" ${config.services.oar.database.dbname} <<'EOF'
          INSERT INTO resources (network_address, cpuset, state)
            SELECT node, core, 'Alive'
            FROM json_array_elements_text(:'nodes') WITH ORDINALITY AS nodes (node, rank),
              generate_series(0, :cores - 1) AS core
            ORDER BY rank, core;
        EOF
      '';
    };
  };

  # On nspawn a host has its own name at its link-local address too, where kapack lets nobody in.
  services.postgresql.authentication = lib.mkForce "host all all ::/0 md5";

  # Its first start creates the database, however long that takes; what requires it is started once.
  systemd.services.postgresql.serviceConfig.TimeoutStartSec = "infinity";
}
