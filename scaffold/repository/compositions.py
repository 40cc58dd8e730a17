"""Projects of NixOS Compose, whose flakes have ``packages`` too: they are no repositories."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.base.tool_version import ANSWERS_FILE
from scaffold.nixlang.parser import walk
from scaffold.repository.files import Files
from scaffold.repository.reading import FLAKE


def refuse_a_composition(files: Files, folder: Path) -> None:
    """Refuse a project of NixOS Compose: its flake's ``packages`` are flavours, made by nxc.

    ``folder`` is the project's as the user named it.

    Raises:
        InputError: the folder holds such a project.

    """
    signs = (ANSWERS_FILE, "nxc.json")
    told = next((name for name in signs if files.is_file(PurePosixPath(name))), "")
    if not told and files.is_file(FLAKE) and _calls_compose(files):
        told = "flake.nix, which calls nxc's compose,"
    if told:
        what = f"it is a NixOS Compose project ({told} says so), not a repository of packages"
        remedy = (
            "To give a composition a package, start it with "
            "nxc-scaffold new NAME --package-from PACKAGE=SOURCE"
        )
        raise InputError(Problem(f"repository {folder}", what, remedy))


def _calls_compose(files: Files) -> bool:
    tree = files.nix(FLAKE).tree
    return any(
        node.kind == "select" and node.names[-2:] == ("lib", "compose") for node in walk(tree)
    )
