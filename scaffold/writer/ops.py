"""The file operations of the writer, each through one method so that a test can fail it.

Every path is one name inside an open folder. Folders are opened one component at a time and never
through a symlink: somebody who swaps a folder for a symlink while we write cannot lead us out of
the target.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath
from threading import Thread

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
#: How many files are brought to the disk together; two descriptors each, of 1024 or 256.
BATCH = 64
#: A folder that somebody removed or replaced: nothing in it is ours to undo any more.
GONE = (FileNotFoundError, NotADirectoryError)

#: Says whether two looks at a name met the same, unchanged file: inode, size, mtime in ns.
Stamp = tuple[int, int, int]


class Ops:
    """The calls of the operating system that the writer makes; ``at`` is an open folder."""

    def root(self, path: Path) -> int:
        """Open the folder that all else is relative to; ``path`` is absolute, without symlinks."""
        return os.open(path, FOLDER)

    def open(self, at: int, name: str, flags: int, mode: int = 0o600) -> int:
        """Open a file or folder."""
        return os.open(name, flags, mode, dir_fd=at)

    def read(self, handle: int) -> bytes:
        """Return all that is left to read."""
        return b"".join(iter(lambda: os.read(handle, 1 << 20), b""))

    def write(self, handle: int, data: bytes) -> int:
        """Write some of ``data`` and return how much."""
        return os.write(handle, data)

    def fsync(self, handles: Iterable[int]) -> None:
        """Bring files and folders to the disk.

        All at the same time: the file system then commits once for many of them, which is ten
        times faster than one after the other. A global sync would wait for everybody's data.
        """
        errors: list[OSError] = []
        threads = [Thread(target=_fsync, args=(handle, errors)) for handle in handles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def chmod(self, handle: int, mode: int) -> None:
        """Set the permission bits of an open file or folder."""
        os.fchmod(handle, mode)

    def lstat(self, at: int, name: str) -> os.stat_result:
        """Look at a name without following it."""
        return os.lstat(name, dir_fd=at)

    def names(self, handle: int) -> list[str]:
        """Return the names in a folder."""
        return sorted(os.listdir(handle))

    def mkdir(self, at: int, name: str, mode: int = 0o777) -> None:
        """Create a folder."""
        os.mkdir(name, mode, dir_fd=at)

    def rmdir(self, at: int, name: str) -> None:
        """Remove an empty folder."""
        os.rmdir(name, dir_fd=at)

    def unlink(self, at: int, name: str) -> None:
        """Remove a name that is not a folder."""
        os.unlink(name, dir_fd=at)

    def link(self, at: int, name: str, to: int, new_name: str) -> None:
        """Give a file a second name."""
        os.link(name, new_name, src_dir_fd=at, dst_dir_fd=to, follow_symlinks=False)

    def rename(self, at: int, name: str, to: int, new_name: str) -> None:
        """Move a file or folder in one step, over what is there."""
        os.rename(name, new_name, src_dir_fd=at, dst_dir_fd=to)


@contextmanager
def rooted(ops: Ops, path: Path) -> Iterator[int]:
    """Open a root folder for the length of a block."""
    handle = ops.root(path)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def opened(ops: Ops, at: int, name: str, flags: int, mode: int = 0o600) -> Iterator[int]:
    """Open a name for the length of a block."""
    handle = ops.open(at, name, flags, mode)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def folder_at(ops: Ops, root: int, path: PurePosixPath) -> Iterator[int]:
    """Open the folder ``path`` below ``root``, through real folders only."""
    handle = os.dup(root)
    try:
        for part in path.parts:
            below = ops.open(handle, part, FOLDER)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def write_new(ops: Ops, at: int, name: str, content: bytes, mode: int) -> None:
    """Create a file, with ``mode`` narrowed by the umask. It is not yet brought to the disk."""
    with opened(ops, at, name, NEW, mode) as handle:
        _write_all(ops, handle, content)


def set_mode(ops: Ops, at: int, name: str, mode: int) -> None:
    """Give a file exactly ``mode``; no call when it has it, as FAT and the like refuse any."""
    if ops.lstat(at, name).st_mode & 0o7777 != mode:
        with opened(ops, at, name, READ) as handle:
            ops.chmod(handle, mode)


def read_file(ops: Ops, at: int, name: str) -> bytes | None:
    """Return the content of a file, None when there is none."""
    try:
        with opened(ops, at, name, READ) as handle:
            return ops.read(handle)
    except FileNotFoundError:
        return None


def stamp(ops: Ops, at: int, name: str) -> Stamp | None:
    """Return the stamp of what is at a name, None when nothing is."""
    try:
        found = ops.lstat(at, name)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def sync(ops: Ops, root: int, paths: Iterable[PurePosixPath]) -> None:
    """Bring files and folders below ``root`` to the disk; the empty path is ``root`` itself.

    This is also where NFS and quotas report a full disk at last.
    """
    waiting = iter(paths)
    while batch := list(islice(waiting, BATCH)):
        with ExitStack() as handles:
            found = [_open_below(ops, root, path, handles) for path in batch]
            ops.fsync(handle for handle in found if handle is not None)


def remove(ops: Ops, at: int, name: str) -> None:
    """Remove a file or a folder with all that is in it; nothing there is fine."""
    with suppress(FileNotFoundError):
        try:
            ops.unlink(at, name)
        except (IsADirectoryError, PermissionError):  # Linux says the one, POSIX the other
            with opened(ops, at, name, FOLDER) as handle:
                for below in ops.names(handle):
                    remove(ops, handle, below)
            ops.rmdir(at, name)


def _open_below(ops: Ops, root: int, path: PurePosixPath, handles: ExitStack) -> int | None:
    try:
        parent = handles.enter_context(folder_at(ops, root, path.parent))
        return handles.enter_context(opened(ops, parent, path.name, READ)) if path.name else parent
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
        return None  # removed or replaced by somebody: not ours to sync any more


def _fsync(handle: int, errors: list[OSError]) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot, mostly for folders
            errors.append(error)


def _write_all(ops: Ops, handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[ops.write(handle, bytes(rest[: 1 << 20])) :]
