"""A quick look at a target, to be taken before the first question."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import InputError, Problem
from scaffold.writer.disk import unreadable
from scaffold.writer.tree import WORK_NAME


@dataclass(frozen=True)
class Target:
    """What a quick look at a target says; ``path`` is absolute and without symlinks."""

    path: Path
    exists: bool
    entries: int

    def __str__(self) -> str:
        """Return the description, to be shown before the first question."""
        if not self.exists:
            return "new"
        if not self.entries:
            return "empty"
        return f"holds {self.entries} {'entry' if self.entries == 1 else 'entries'}"


def check_target(target: Path, *, to_write: bool = True) -> Target:
    """Return what is at ``target``, before any question is asked.

    A folder with files in it is no fault: conflicts are found per file. Raises ``InputError`` when
    no answer could make the target usable; a folder that is not ``to_write`` may be read-only.
    """
    if target.is_symlink() and not os.path.exists(target):  # noqa: PTH110 - quiet on EACCES
        raise _refused(target, "it is a symlink that leads nowhere")
    path = target.resolve()
    if not os.path.lexists(path):
        _check_parent(target, path, to_write=to_write)
        return Target(path, exists=False, entries=0)
    if not path.is_dir():
        raise _refused(target, "it exists and is not a folder")
    if to_write and not os.access(path, os.W_OK | os.X_OK):
        raise _refused(target, "the folder cannot be written")
    try:
        return Target(path, exists=True, entries=_count(path))
    except OSError as error:
        raise unreadable(target, error) from error


def _count(folder: Path) -> int:
    return sum(1 for entry in folder.iterdir() if entry.name != WORK_NAME)


def _check_parent(target: Path, path: Path, *, to_write: bool) -> None:
    if not os.path.isdir(path.parent):  # noqa: PTH112 - quiet on EACCES
        there = os.path.lexists(path.parent)
        why = f"{path.parent} is no folder" if there else f"the folder {path.parent} does not exist"
        raise _refused(target, why)
    if to_write and not os.access(path.parent, os.W_OK | os.X_OK):
        raise _refused(target, f"its parent folder {path.parent} cannot be written")


def _refused(target: Path, why: str) -> InputError:
    remedy = "Choose another target, or mend it and run the command again"
    return InputError(Problem(f"target {target}", why, remedy))
