# What the packages of a generated BeeGFS project would run when they are built: their phases and
# the flags of make, for a kernel in a folder. Evaluated only; packages are the names of their arguments.
{
  nixpkgs,
  project,
  # Release of the kernel, as `uname -r` prints it, and the folder below which lib/modules has it.
  release,
  kernelFolder,
}:

let
  lib = import (nixpkgs + "/lib");

  call =
    file: given:
    let
      function = import (project + "/beegfs/${file}");
      names = lib.mapAttrs (name: _: name) (builtins.functionArgs function);
    in
    function (names // given);

  stdenv = {
    shell = "/bin/bash";
    mkDerivation =
      package:
      let
        final = if builtins.isFunction package then package final else package;
      in
      final;
  };

  beegfs = call "package.nix" {
    inherit lib stdenv;
    fetchFromGitHub = source: source;
  };

  kernelModule = call "kernel-module.nix" {
    inherit lib stdenv beegfs;
    kernel = {
      dev = kernelFolder;
      version = lib.head (builtins.match "([0-9.]+).*" release);
      modDirVersion = release;
      moduleBuildDependencies = [ ];
    };
  };
in
{
  inherit (beegfs) version src;
  userland = {
    inherit (beegfs)
      makeFlags
      buildPhase
      installPhase
      postFixup
      ;
  };
  kernelModule = {
    inherit (kernelModule) makeFlags buildFlags installPhase;
    inherit (kernelModule.meta) broken;
  };
}
