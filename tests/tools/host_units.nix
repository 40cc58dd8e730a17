# What the hosts of a generated project would run: for each role its count, and of one service the
# configuration files and the units. Evaluated only, nothing is built. Containers: no kernel.
{
  nixpkgs,
  project,
  service,
}:

let
  composition = import (project + "/composition.nix") { };

  evaluated =
    role:
    (import (nixpkgs + "/nixos/lib/eval-config.nix") {
      system = "x86_64-linux";
      modules = [
        role
        (project + "/${service}/module.nix")
        {
          # Of NixOS Compose, whose modules are not there.
          options.nxc.qemu-script.enable = nixpkgsLib.mkEnableOption "virtual machines";
          config.boot.isContainer = true;
          config.nixpkgs.overlays = [ (import (project + "/${service}/overlay.nix")) ];
        }
      ];
    }).config;

  ofService = nixpkgsLib.filterAttrs (name: _: nixpkgsLib.hasPrefix service name);
  nixpkgsLib = import (nixpkgs + "/lib");
in
builtins.mapAttrs (
  name: role:
  let
    config = evaluated role;
  in
  {
    count = builtins.length (composition.rolesDistribution.${name} or [ name ]);
    files = builtins.mapAttrs (_: file: {
      text = if file.text != null then file.text else file.source.text;
      inherit (file) mode;
    }) (ofService config.environment.etc);
    units = builtins.mapAttrs (_: unit: unit.serviceConfig) (ofService config.systemd.services);
  }
) composition.roles
