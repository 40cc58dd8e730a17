# Compositions oar, slurm
{
  oar = import ./oar/composition.nix;
  slurm = import ./slurm/composition.nix;
}
