# What the hosts of a generated project would run: for each role its count, its kernel modules and
# users, and of one service the configuration files and the units. Evaluated only, nothing is built.
# Containers: no kernel.
{
  nixpkgs,
  project,
  service,
  # Whether they are the virtual machines of NixOS Compose.
  virtual ? false,
}:

let
  composition = import (project + "/composition.nix") { };

  # Of NixOS Compose, whose modules are not there: those options that parts of projects name.
  nxc = { lib, ... }: {
    options.nxc = {
      qemu-script.enable = lib.mkEnableOption "virtual machines";
      users.names = lib.mkOption { default = [ ]; };
      users.prefixHome = lib.mkOption { default = "/home"; };
    };
  };

  evaluated =
    role:
    (import (nixpkgs + "/nixos/lib/eval-config.nix") {
      system = "x86_64-linux";
      modules = [
        role
        nxc
        (project + "/${service}/module.nix")
        {
          boot.isContainer = true;
          nxc.qemu-script.enable = virtual;
          nixpkgs.overlays = [ (import (project + "/${service}/overlay.nix")) ];
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
    modules = config.boot.kernelModules;
    users = map (user: {
      name = user;
      inherit (config.users.users.${user}) uid;
    }) config.nxc.users.names;
    files = builtins.mapAttrs (_: file: {
      text = if file.text != null then file.text else file.source.text;
      inherit (file) mode;
    }) (ofService config.environment.etc);
    units = builtins.mapAttrs (_: unit: unit.serviceConfig) (ofService config.systemd.services);
    # The whole units, and the scripts that they name by what they are for.
    texts = builtins.mapAttrs (_: unit: unit.text) (ofService config.systemd.units);
    scripts = nixpkgsLib.concatMapAttrs (name: unit: {
      "${name}-start" = unit.script;
      "${name}-post-start" = unit.postStart;
      "${name}-pre-stop" = unit.preStop;
    }) (ofService config.systemd.services);
  }
) composition.roles
