"""A hand-written composition of these tests' own, and ways to upgrade it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from scaffold.catalogue.reading import load_catalog
from scaffold.migrate.upgrade import Outcome, upgrade_project, upgrade_repository
from scaffold.survey.discovery import survey

CATALOG = load_catalog()
FLAKE = """\
{
  description = "Two machines that talk";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/22.11"; # pinned in a hurry
    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git";
    nxc.inputs.nixpkgs.follows = "nixpkgs";
    NUR.url = "github:nix-community/NUR";
    kapack.url = "github:oar-team/nur-kapack?ref=regale";
    kapack.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, nxc, NUR, kapack }:
    let system = "x86_64-linux"; in {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system NUR;
        repoOverrides = { inherit kapack; };
        composition = ./composition.nix;
      };
      defaultPackage.${system} = self.packages.${system}."composition::nixos-test";
      devShell.${system} = nxc.devShells.${system}.nxcShellFull;
    };
}
"""
COMPOSITION = """\
{ pkgs, nur, ... }:
{
  nodes = {
    # keeps the jobs
    server = { ... }: {
      imports = [ nur.repos.kapack.modules.oar ];
      environment.systemPackages = with pkgs; [ exa jq ];
      services.openssh = { enable = true; permitRootLogin = "yes"; };
      users.users.root.password = "letmein";
      environment.noXlibs = true;
    };
  };
  testScript = ''
    server.succeed("true")
  '';
}
"""
FILES = {
    "flake.nix": FLAKE,
    "composition.nix": COMPOSITION,
    "nxc.json": '{"composition": "composition.nix", "default_flavour": "nixos-test"}',
}


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def upgraded(folder: Path, target: str, files: dict[str, str]) -> Outcome:
    """Return what upgrading a project of these files would do."""
    (project,) = survey([written(folder, files)]).projects
    return upgrade_project(project, target, CATALOG)


def edited(folder: Path, text: str, target: str = "26.05") -> str:
    """Return a module of a composition as an upgrade leaves it."""
    files = {**FILES, "part.nix": text}
    return upgraded(folder, target, files).draft.text("part.nix") or ""


def left(outcome: Outcome) -> dict[str, str]:
    """Return what is left to a person: the places by the name of the migration."""
    return {note.rule: note.where for note in outcome.draft.left}


def packages(folder: Path, text: str, target: str = "26.05") -> Outcome:
    """Return what upgrading a NUR repository with one package would do."""
    files = {
        "default.nix": "{ pkgs ? import <nixpkgs> { } }:\n"
        "{\n  pulse = pkgs.callPackage ./pkgs/pulse { };\n}\n",
        "pkgs/pulse/default.nix": text,
    }
    (repository,) = survey([written(folder, files)]).repositories
    return upgrade_repository(repository, target, CATALOG)


def package(folder: Path, text: str, target: str = "26.05") -> str:
    """Return a package of a NUR repository as an upgrade leaves it."""
    return packages(folder, text, target).draft.text("pkgs/pulse/default.nix") or ""


def committed(folder: Path) -> None:
    """Make a folder a repository with everything in it committed."""
    for command in (["init", "-q"], ["add", "-A"], ["commit", "--allow-empty", "-qm", "all"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, timeout=60)
