"""The work folder of a write, and the lock that says its owner is alive.

Whoever holds the lock inside owns everything else in the folder; so whatever is found there when
the lock is taken was left by a run that is dead.
"""

from __future__ import annotations

import errno
import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import ConflictError, Problem
from scaffold.writer.ops import FOLDER, Ops, remove

LOCK = "lock"
#: Removed before anything else: without them a work folder means "nothing to finish or undo".
JOURNAL, UNDO = "journal", "undo"


@dataclass(frozen=True)
class Work:
    """A work folder that this process owns: ``handle`` is ``name`` in the folder ``at``."""

    ops: Ops
    at: int
    name: str
    handle: int

    def clear(self) -> None:
        """Remove the folder; what cannot be removed is left to the next run.

        The lock goes last, so that nobody owns the folder before it is empty.
        """
        with suppress(OSError):
            rest = set(self.ops.names(self.handle)) - {JOURNAL, UNDO, LOCK}
            for name in (JOURNAL, UNDO, *sorted(rest), LOCK):
                remove(self.ops, self.handle, name)
            self.ops.rmdir(self.at, self.name)


def neighbour_name(name: str) -> str:
    """Return the name of the work folder beside a target called ``name``.

    Deterministic, so that the next run finds it. Long names are cut, with a checksum for what is
    lost: 40 characters are at most 160 of the 255 bytes a name may have.
    """
    if len(os.fsencode(name)) > 160:
        name = f"{name[:40]}-{zlib.crc32(os.fsencode(name)):08x}"
    return f".{name}.nxc-scaffold-work"


@contextmanager
def claim(ops: Ops, at: int, name: str, target: Path) -> Iterator[Work]:
    """Create or take over the work folder ``name`` in ``at``, and own it for a block.

    It is not cleared at the end: only the caller knows whether that is safe. Raises
    ``ConflictError`` when a live run owns it.
    """
    while True:
        with suppress(FileExistsError):
            ops.mkdir(at, name, 0o700)
        with suppress(FileNotFoundError):  # its last owner has just removed it: again
            folder, lock = _enter(ops, at, name)
            break
    try:
        if not _locked(lock):
            raise _busy(target)
        if not _current(ops, at, name, folder, lock):
            raise _busy(target)  # it was removed between our two steps: somebody else is at work
        yield Work(ops, at, name, folder)
    finally:
        os.close(lock)
        os.close(folder)


def _enter(ops: Ops, at: int, name: str) -> tuple[int, int]:
    """Return handles of the work folder and of its lock file, not yet locked."""
    folder = ops.open(at, name, FOLDER)
    try:
        return folder, ops.open(folder, LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW)
    except BaseException:
        os.close(folder)
        with suppress(OSError):
            ops.rmdir(at, name)  # ours if it is empty: the disk was too full for the lock
        raise


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        # a cluster file system mounted without locks: one writer at a time is then up to the user
        return error.errno in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
    return True


def _current(ops: Ops, at: int, name: str, folder: int, lock: int) -> bool:
    """Whether what we locked is still what the names mean."""
    try:
        return os.path.samestat(ops.lstat(at, name), os.fstat(folder)) and os.path.samestat(
            ops.lstat(folder, LOCK), os.fstat(lock)
        )
    except FileNotFoundError:
        return False


def _busy(target: Path) -> ConflictError:
    remedy = "Wait until it is done, then run the command again"
    return ConflictError(Problem(str(target), "another nxc-scaffold is writing there", remedy))
