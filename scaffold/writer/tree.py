"""A tree: what should be on disk, as data. Path → content, mode and what to do when it is there.

Nothing here reads or writes. Paths may come from a laboratory's own template, so they are checked
as input: whatever could leave the target, reach into ``.git`` or mean two files on one system and
one on another is refused before anything is compared with the disk.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePosixPath
from typing import Literal

from scaffold.base.errors import InputError, Problem

Mode = Literal[0o644, 0o755, 0o600]
Merge = Callable[[bytes], bytes | None]

#: The folder in which a running or killed write keeps its state; no tree may use the name.
WORK_NAME = ".nxc-scaffold-work"
#: NAME_MAX of every file system that Linux mounts in practice, in bytes.
LONGEST_NAME = 255


class Policy(Enum):
    """What to do when the file is already there with other content."""

    EDITABLE = "editable"
    """The user may edit it: edits are merged, or are a conflict where that cannot be done."""
    APPEND_LINES = "append"
    """Missing lines are appended and the rest is kept (``.gitignore``)."""
    REPLACE = "replace"
    """It is the tool's own state: what ``File.merge`` makes of it, a conflict when that is None."""
    EDIT = "edit"
    """It is the user's, and ``File.merge`` adds to it without touching any other byte of it."""
    KEPT = "kept"
    """It is the user's alone: it is not written, whatever is there, and not recorded as written."""


@dataclass(frozen=True)
class File:
    """One file of a tree.

    ``path`` is relative to the target. ``mode`` is narrowed by the user's umask. ``merge``, for
    ``Policy.REPLACE`` and ``Policy.EDIT`` only, receives what is on disk and returns what should be
    there instead, or None when what is there was not written by this tool.
    """

    path: PurePosixPath
    content: bytes
    mode: Mode = 0o644
    policy: Policy = Policy.EDITABLE
    merge: Merge | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check what only a programming error can break."""
        if (self.merge is not None) != (self.policy in (Policy.REPLACE, Policy.EDIT)):
            raise ValueError(f"{self.path}: merge goes with REPLACE and EDIT, and only with them")


def text_file(path: str, text: str, mode: Mode = 0o644, policy: Policy = Policy.EDITABLE) -> File:
    """Return a file with ``text`` as UTF-8."""
    return File(PurePosixPath(path), text.encode(), mode, policy)


def state_file(path: str, content: bytes, ours: Callable[[bytes], bool]) -> File:
    """Return a file of the tool's own that replaces an older one when ``ours`` recognises it."""
    return File(
        PurePosixPath(path),
        content,
        policy=Policy.REPLACE,
        merge=lambda old: content if ours(old) else None,
    )


class Tree(Mapping[PurePosixPath, File]):
    """An immutable set of files, iterated in the order of their paths.

    Raises ``InputError`` with every problem at once when a path is unusable or two collide.
    """

    def __init__(self, files: Iterable[File] = ()) -> None:
        listed = sorted(files, key=lambda file: file.path.parts)
        problems = [*_bad_paths(listed), *_collisions(listed)]
        if problems:
            raise InputError(*problems)
        self._files = {file.path: file for file in listed}

    def __getitem__(self, path: PurePosixPath) -> File:
        """Return the file at ``path``."""
        return self._files[path]

    def __iter__(self) -> Iterator[PurePosixPath]:
        """Iterate over the paths, sorted."""
        return iter(self._files)

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._files)


def folded(name: str) -> str:
    """Return the form under which a case-insensitive, normalising file system knows ``name``."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def path_fault(path: PurePosixPath) -> str | None:
    """Return why ``path`` may not be written, or None when it may."""
    if path.is_absolute():
        return "is absolute"
    if not path.parts:
        return "is empty"
    return next(filter(None, map(_part_fault, path.parts)), None)


def append_missing_lines(old: bytes, new: bytes) -> bytes:
    """Return ``old`` followed by the lines of ``new`` it lacks, or ``old`` itself when none is.

    A comment comes along only with a line it introduces. A pattern that the user negated
    (``!result``) is not appended: the last match wins in git, so it would undo their choice.
    """
    newline = b"\r\n" if b"\r\n" in old else b"\n"
    lines = [*old.split(b"\n"), *old.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[:1]]
    present = {line.strip() for line in lines}
    missing = _missing_lines(new, present)
    if not missing:
        return old
    gap = b"" if not old or old.endswith(b"\n") else newline
    return old + gap + b"".join(line + newline for line in missing)


def _missing_lines(new: bytes, present: set[bytes]) -> list[bytes]:
    missing: list[bytes] = []
    comments: list[bytes] = []
    for line in (raw.strip() for raw in new.split(b"\n")):
        if not line:
            comments = []
        elif line.startswith(b"#"):
            comments += [line] if line not in present else []
        elif line not in present and b"!" + line not in present:
            missing += [*comments, line]
            present |= {line, *comments}
            comments = []
    return missing


def _part_fault(part: str) -> str | None:
    if part == "..":
        return "leaves its folder with '..'"
    # isprintable is False for control characters, line separators and lone surrogates
    if "\\" in part or not part.isprintable():
        return "has a backslash or a character that cannot be printed"
    if folded(part) in (".git", WORK_NAME):
        return f"uses the reserved name {part}"
    if len(part.encode()) > LONGEST_NAME:
        return f"has a name longer than {LONGEST_NAME} bytes"
    return None


def _bad_paths(files: Iterable[File]) -> Iterator[Problem]:
    for file in files:
        if fault := path_fault(file.path):
            remedy = "Give every file a plain path below the target"
            yield Problem(repr(str(file.path)), f"the path {fault}", remedy)


def _collisions(files: Iterable[File]) -> Iterator[Problem]:
    """Yield a problem for paths that are one on a case-insensitive file system, or file and folder.

    Folders count too: ``Parts/a`` and ``parts/b`` would land in one folder there, in two here.
    """
    remedy = "Rename one of the two in the template"
    seen: dict[tuple[str, ...], tuple[tuple[str, ...], bool]] = {}
    for file in files:
        parts = file.path.parts
        for length in range(1, len(parts) + 1):
            is_file = length == len(parts)
            here = (parts[:length], is_file)
            there = seen.setdefault(tuple(map(folded, parts[:length])), here)
            if there != here or (is_file and there is not here):
                other = "/".join(there[0])
                yield Problem(repr(str(file.path)), f"the path collides with {other!r}", remedy)
                break
