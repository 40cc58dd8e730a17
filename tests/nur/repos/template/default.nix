# This file describes your repository contents.

{ pkgs ? import <nixpkgs> { } }:

{
  # The `lib`, `modules`, and `overlays` names are special
  lib = { }; # functions
  modules = import ./modules; # NixOS modules
  overlays = { };

  example = pkgs.callPackage ./pkgs/example { };
  # some-qt5-package = pkgs.libsForQt5.callPackage ./pkgs/some-qt5-package { };
  # ...
}
