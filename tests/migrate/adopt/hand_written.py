"""Compositions as people write them, in short: texts of files by path."""

from __future__ import annotations

from pathlib import Path

FLAKE = """\
{
  description = "a small cluster";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";
    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=24.11";
    nxc.inputs.nixpkgs.follows = "nixpkgs";
    NUR.url = "github:nix-community/NUR";
    kapack.url = "github:oar-team/nur-kapack/24.11";
  };

  outputs = { self, nixpkgs, nxc, NUR, kapack }:
    let system = "x86_64-linux";
    in {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system NUR;
        repoOverrides = { inherit kapack; };
        composition = ./composition.nix;
      };
    };
}
"""
NXC_JSON = '{"composition": "composition.nix", "default_flavour": "docker"}\n'

NFS = """\
{ pkgs, ... }: {
  roles = {
    # where the files are
    store = { ... }: {
      nxc.sharedDirs."/data".export = true;
      nxc.users = { names = [ "ann" "bob" ]; prefixHome = "/data"; };
      # a habit of ours
      services.openssh.settings.PermitRootLogin = "yes";
    };
    worker = { ... }: {
      nxc.sharedDirs."/data".server = "store";
      nxc.users = { names = [ "ann" "bob" ]; prefixHome = "/data"; };
      environment.systemPackages = [ pkgs.htop ]; # to look around
    };
  };
  rolesDistribution = { worker = 3; };
  dockerPorts.store = [ "2222:22" ];
  testScript = ''
    start_all()
    worker1.succeed("ls /data")
  '';
}
"""

SLURM_COMMON = """\
{ pkgs, nodes }:
{
  # the same on every host
  services.slurm = {
    controlMachine = "ctl";
    nodeName = [ "node[1-${toString nodes}] CPUs=2 State=UNKNOWN" ];
    partitionName = [ "all Nodes=node[1-${toString nodes}] Default=YES" ];
  };
  environment.etc."munge/munge.key" = {
    # everybody knows it
    text = "mungeverryweakkeybuteasytointegratoinatest";
    mode = "0400";
  };
  nxc.users = { names = [ "ann" ]; };
}
"""

SLURM = """\
{ pkgs, ... }:
let
  number = 2;
in
{
  roles =
    let
      common = import ./common.nix { inherit pkgs; nodes = number; };
      # what nodes have in common
      node = { ... }: {
        imports = [ common ];
        services.slurm.client.enable = true;
      };
    in {
      ctl = { ... }: {
        imports = [ common ];
        services.slurm.server.enable = true;
        services.slurm.dbdserver.enable = true;
      };
      login = { ... }: {
        imports = [ common ];
        services.slurm.enableStools = true;
      };
      inherit node;
    };
  rolesDistribution = { node = number; };
  testScript = ''
    ctl.wait_for_unit("slurmctld")
    # ${toString number} nodes
    login.succeed("srun --nodes=${toString number} hostname")
  '';
}
"""

MANY = """\
{ pkgs, nur, helpers, ... }:
{
  nodes =
    let
      n = 3;
      node = { ... }: { services.nginx.enable = true; };
    in
    { front = { ... }: { services.openssh.enable = true; }; } // helpers.makeMany node "node" n;
  testScript = "start_all()";
}
"""


def project(folder: Path, composition: str, **more: str) -> Path:
    """Write a project with a composition; more files are given by name, dots as underscores."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"flake.nix": FLAKE, "nxc.json": NXC_JSON, "composition.nix": composition}
    files |= {name.replace("__", "."): text for name, text in more.items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
