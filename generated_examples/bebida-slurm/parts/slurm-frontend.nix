# Slurm frontend: users submit jobs here.
{
  imports = [ ./slurm-common.nix ];

  services.slurm.enableStools = true;
}
