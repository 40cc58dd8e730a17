"""Small projects of NixOS Compose on disk, for the tests of survey and checks."""

from pathlib import Path
from textwrap import dedent

FLAKE = """\
{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05";
    nxc.inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs =
    { self, nixpkgs, nxc }:
    let
      system = "x86_64-linux";
    in
    {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system;
        composition = ./composition.nix;
      };
    };
}
"""
COMPOSITION = """\
{ pkgs, ... }:
{
  roles = {
    server = { ... }: { services.nginx.enable = true; };
    node = { ... }: { environment.systemPackages = [ pkgs.curl ]; };
  };
  rolesDistribution.node = 2;
  testScript = ''
    server.wait_for_unit("nginx.service")
    node1.succeed("curl http://server")
  '';
}
"""


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder, their common indentation removed."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return root


def project(root: Path, **files: str) -> Path:
    """Write the small project; ``flake_nix`` replaces flake.nix, an empty text leaves it out."""
    given = {name.replace("_", "."): text for name, text in files.items()}
    wanted = {"flake.nix": FLAKE, "composition.nix": COMPOSITION, **given}
    return write(root, {name: text for name, text in wanted.items() if text})
