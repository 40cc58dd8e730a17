# Slurm controller: schedules jobs and starts them on the nodes.
{
  imports = [ ./slurm-common.nix ];

  services.slurm.server.enable = true;

  # At its first start it gives up when the accounting does not answer yet.
  systemd.services.slurmctld.serviceConfig = {
    Restart = "on-failure";
    RestartSec = 5;
  };
}
