# Melissa's programs, the example of the heat equation, and the MPI that they are built with.
{ pkgs, ... }:
{
  environment = {
    systemPackages = [
      pkgs.openmpi
      pkgs.nur.repos.kapack.melissa
      pkgs.nur.repos.kapack.melissa-heat-pde
      pkgs.nur.repos.kapack.melissa-launcher
    ];

    # EAR's library comes before MPI's in every simulation, and measures it.
    variables.OAR_EAR_LOAD_MPI_VERSION = "ompi";
  };
}
