"""Whether the files of a project can be read: what cannot be is refused, with where and why."""

from __future__ import annotations

import os
from pathlib import Path

from scaffold.base.errors import InputError, Problem
from scaffold.survey.found import Project, Survey
from scaffold.survey.lock import Lock
from scaffold.survey.session import Session

#: Files besides the Nix ones that NixOS Compose or Nix reads.
_OTHERS = ("setup.toml", "nxc.json")


def require_flake(project: Project) -> None:
    """Refuse a project without a flake.nix and a flake.lock that can be read.

    Raises:
        InputError: one of them cannot be.

    """
    path = project.root / "flake.nix"
    if project.flake is None or not project.flake.readable:
        fault = project.flake.file.fault if project.flake else unread(path, project.session)
        what = f"flake.nix cannot be read: {fault}" if fault else "it has no flake.nix"
        remedy = "Give the folder of a flake that can be read"
        raise InputError(Problem(str(project.root), what, remedy))
    require_lock(project.root, project.session)


def require_lock(root: Path, session: Session) -> None:
    """Refuse a flake.lock that cannot be read: nobody could tell what it is for.

    Raises:
        InputError: it is there, and is none.

    """
    path = root / "flake.lock"
    text = session.text(path)
    line, what = 1, unread(path, session)
    if text is not None and (fault := Lock(path, text).fault) is not None:
        line, what = fault
    if what:
        remedy = "Mend it, or delete it and run `nix flake lock`"
        raise InputError(Problem(f"{path}:{line}", what, remedy))


def require_texts(project: Project) -> None:
    """Refuse a project with Nix that cannot be read, or without a composition that it names.

    Raises:
        InputError: with the first of them.

    """
    wanted = [entry.file for entry in project.compositions if entry.file is not None]
    read = [path for path in project.files if path.suffix == ".nix" or path.name in _OTHERS]
    for path in dict.fromkeys([*wanted, *read]):
        if why := unread(path, project.session):
            raise InputError(Problem(str(path), why, "Mend it first"))
        if project.session.text(path) is None:
            what = "it is a composition of the flake, and it is not there"
            raise InputError(Problem(str(path), what, "Correct it, or its path in flake.nix"))
    for file in project.nix_files:
        if file.fault is not None:
            what = f"it is no Nix: {file.fault}"
            raise InputError(Problem(str(file.path), what, "Mend it first"))


def told_of_others(found: Survey) -> tuple[str, str] | None:
    """Return what a folder without a project or repository holds instead, and the remedy.

    None when there is nothing to say of it.
    """
    if not found.others:
        return None
    other = found.others[0]
    file = found.session.nix(other.root / "flake.nix")
    if file is not None and file.fault is not None:
        return f"flake.nix cannot be read: {file.fault}", "Mend it first"
    what = other.what.removesuffix(": not checked")
    is_broken = "could not be read" in what
    return what, "Mend it first" if is_broken else "Give the folder of a composition"


def unread(path: Path, session: Session) -> str:
    """Return why something that is there cannot be read as text; empty when it can, or is not."""
    if session.text(path) is not None or not os.path.lexists(path):
        return ""
    return session.unread.get(path, "it is no file")
