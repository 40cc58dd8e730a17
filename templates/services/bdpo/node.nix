# BDPO, which optimizes the power of this node as long as bdpo.service runs.
{ config, pkgs, ... }:
{
  services.bdpo.enable = true;

  # kapack's unit makes the folder of logs and fails where it is already there: each later start of
  # BDPO, which asks for the unit again, would fail with it.
  systemd.services.bdpo-conf-init.unitConfig.ConditionPathExists = "!/var/log/bdpo";

  systemd.services.bdpo = {
    description = "Bull Dynamic Power Optimizer";
    requires = [ "bdpo-conf-init.service" ];
    after = [ "bdpo-conf-init.service" ];
    path = [ pkgs.coreutils ];
    serviceConfig = {
      Type = "exec";
      ExecStart = "${config.services.bdpo.package}/bin/bdpo";
      StateDirectory = "bdpo";
    };
    # What it measured, in one folder for each time it ran; two jobs may end in the same second.
    postStop = ''
      results=/var/lib/bdpo/$(date +%Y%m%dT%H%M%S.%N)
      mkdir "$results"
      ${config.services.bdpo.package}/bin/bdpo_aggregate -o "$results"
    '';
  };
}
