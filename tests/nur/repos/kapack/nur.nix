# The packages of the laboratory.
{ pkgs ? import <nixpkgs> { }, debug ? false }:

rec {
  # special names
  lib = import ./lib { inherit pkgs; };
  modules = import ./modules; # NixOS modules
  inherit pkgs;

  procset = pkgs.callPackage ./pkgs/procset { };

  #gone = pkgs.callPackage ./pkgs/gone { };

  zz-tool = pkgs.callPackage ./pkgs/zz-tool { inherit debug procset; }; # keep me

  # after the last package
  slurm-front-end = pkgs.slurm.overrideAttrs (old: {
    configureFlags = [ "--with-lz4=${pkgs.lz4.dev}" ''--x="}"'' ];
  });

}
