# Slurm node: jobs run here.
{
  imports = [ ./slurm-common.nix ];

  services.slurm.client.enable = true;

  # It gives up when the host has not got its name yet.
  systemd.services.slurmd.serviceConfig = {
    Restart = "on-failure";
    RestartSec = 5;
  };
}
