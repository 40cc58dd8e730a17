{ lib, ... }:
{
  perSystem = { pkgs, ... }: {
    packages = lib.genAttrs (builtins.attrNames (builtins.readDir ../pkgs)) (
      name: pkgs.callPackage (../pkgs + "/${name}") { }
    );
  };
}
