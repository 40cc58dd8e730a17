"""Reading a target: the one small protocol through which a plan sees the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from enum import Enum
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Protocol

from scaffold.base.errors import ExternalError, Problem


class Kind(Enum):
    """What is at a path, symlinks not followed."""

    ABSENT = "absent"
    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    OTHER = "special file"


class Disk(Protocol):
    """A target as a plan reads it; every path is relative to the target."""

    def kind(self, path: PurePosixPath) -> Kind:
        """Return what is at ``path``; its parent is known to be a folder."""

    def names(self, folder: PurePosixPath) -> Collection[str]:
        """Return the names in ``folder`` as they are spelt on disk."""

    def read(self, path: PurePosixPath) -> tuple[bytes, int]:
        """Return content and permission bits of the regular file at ``path``."""


class LocalDisk:
    """The real one. Raises ``ExternalError`` for what cannot be read."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.names = cache(self._names)

    def kind(self, path: PurePosixPath) -> Kind:
        """Return what is at ``path``."""
        try:
            return kind_of(os.lstat(self._target / path).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return Kind.ABSENT
        except OSError as error:
            raise unreadable(self._target / path, error) from error

    def read(self, path: PurePosixPath) -> tuple[bytes, int]:
        """Return content and permission bits of the file at ``path``."""
        try:
            # O_NONBLOCK: a pipe that took the file's place must not hang the plan
            handle = os.open(self._target / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(handle, "rb") as file:  # noqa: PTH123 - from a descriptor, not a path
                return file.read(), stat.S_IMODE(os.fstat(handle).st_mode)
        except OSError as error:
            raise unreadable(self._target / path, error) from error

    def _names(self, folder: PurePosixPath) -> frozenset[str]:
        try:
            with os.scandir(self._target / folder) as entries:
                return frozenset(entry.name for entry in entries)
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()
        except OSError as error:
            raise unreadable(self._target / folder, error) from error


def kind_of(mode: int) -> Kind:
    """Return the kind that the ``st_mode`` of an lstat says."""
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.SYMLINK if stat.S_ISLNK(mode) else Kind.OTHER


def unreadable(path: Path, error: OSError) -> ExternalError:
    """Return the error that says ``path`` cannot be read, and why."""
    remedy = "Make it readable, or choose another target"
    return ExternalError(Problem(str(path), f"it cannot be read ({error.strerror})", remedy))
