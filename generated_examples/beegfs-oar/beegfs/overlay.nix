# Adds BeeGFS. The client's kernel module is built by module.nix, for the kernel that is booted.
final: _prev:
let
  # You agreed to the BeeGFS End User License Agreement (accept_license in .nxc-scaffold.toml).
  # It is said here, with an import of its own, because NixOS Compose imports nixpkgs without a
  # configuration for containers, and `nixpkgs.config` of a host does not count there.
  licensed = import final.path {
    inherit (final.stdenv.hostPlatform) system;
    config.allowUnfreePredicate = package: final.lib.getName package == "beegfs";
  };
in
{
  beegfs = licensed.callPackage ./package.nix { };
}
