# Slurm node: jobs run here.
{
  imports = [ ./slurm-common.nix ];

  services.slurm.client.enable = true;

  # Slurm's module turns X11 forwarding on, which NixOS refuses on hosts without X libraries.
  services.openssh.settings.X11Forwarding = false;

  # It gives up when the host has not got its name yet.
  systemd.services.slurmd.serviceConfig = {
    Restart = "on-failure";
    RestartSec = 5;
  };
}
