# NAS parallel benchmarks: ep.A.mpi, cg.B.mpi and others.
{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.nur.repos.kapack.npb ];
}
