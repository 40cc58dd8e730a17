"""The journal of a write into a folder that has files already, and what to do about a killed one.

Such a folder cannot be switched in one step, so each write is prepared in a work folder inside it:
``new/<n>`` holds the files to come, ``old/<n>`` second names of the files they replace, and
``journal`` the list of moves. A file that is to be deleted is moved to ``old/<n>``. Before
``journal`` is there nothing of the target was touched; once it is, everything needed to finish or
to undo is on the disk:

- killed before: the work folder is removed, the target is as it was;
- killed after: the moves are finished; when one cannot be, all are undone, and ``journal`` is
  renamed to ``undo`` first, so that a second kill goes on undoing.

Recovery never touches a file that somebody changed in between: stamps (inode, size, time of
change) tell. The journal lies in a folder that others may write, so it is read as input.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any

from scaffold.base.errors import ConflictError, ExternalError, Problem
from scaffold.writer.ops import (
    FOLDER,
    GONE,
    Ops,
    Stamp,
    folder_at,
    opened,
    read_file,
    rooted,
    stamp,
    sync,
    write_new,
)
from scaffold.writer.tree import WORK_NAME, path_fault
from scaffold.writer.workdir import JOURNAL, UNDO, Work, claim, neighbour_name

DRAFT, NEW, OLD = "journal.draft", "new", "old"
#: Of the journal's form; 1 knew no deletions and is read as well.
VERSION = 2


class Recovery(Enum):
    """What was done about an earlier run that was killed."""

    NOTHING = "nothing was left"
    CLEANED = "its staging folder was removed"
    FINISHED = "what it was writing was finished"
    UNDONE = "what it had written was undone"


@dataclass(frozen=True)
class Move:
    """One file to be moved to ``path``: the n-th of its journal, from ``new/<n>``.

    ``new`` is its stamp, ``old`` that of the file it replaces (None: there was none). Without
    ``new`` the file at ``path`` is to be deleted.
    """

    path: str
    new: Stamp | None
    old: Stamp | None


@dataclass(frozen=True)
class Journal:
    """The folders to be created, parents first, then the moves."""

    folders: tuple[str, ...]
    moves: tuple[Move, ...]


def recover(target: Path, ops: Ops | None = None) -> Recovery:
    """Finish, undo or clean what a killed run left in or beside ``target``.

    Raises ``ConflictError`` when the run is alive, ``ExternalError`` when the system does not let
    us; everything is then left for the next try.
    """
    ops = ops or Ops()
    outcome = Recovery.NOTHING
    places = ((target.parent, neighbour_name(target.name)), (target, WORK_NAME))
    for folder, name in places:
        if os.path.lexists(folder / name):
            try:
                outcome = _recover(ops, folder, name, target)
            except OSError as error:
                raise _stuck(folder / name, error) from error
    return outcome


def left_over(target: Path) -> bool:
    """Say whether a run that was killed, or one that is at work, left something to recover."""
    places = ((target.parent, neighbour_name(target.name)), (target, WORK_NAME))
    return any(os.path.lexists(folder / name) for folder, name in places)


def commit(ops: Ops, root: int, work: Work, journal: Journal) -> None:
    """Bring what is staged and then the journal to the disk.

    From here on a killed write is finished by the next run.
    """
    content = json.dumps({"version": VERSION, **asdict(journal)}).encode()
    write_new(ops, work.handle, DRAFT, content, 0o600)
    staged = [_in(NEW, number) for number, move in enumerate(journal.moves) if move.new]
    replaced = [
        _in(OLD, number) for number, move in enumerate(journal.moves) if move.new and move.old
    ]
    folders = map(PurePosixPath, (DRAFT, NEW, OLD))
    sync(ops, work.handle, (*staged, *replaced, *folders))
    ops.rename(work.handle, DRAFT, work.handle, JOURNAL)
    sync(ops, root, [PurePosixPath(), PurePosixPath(work.name)])


def forward(ops: Ops, root: int, work: Work, journal: Journal) -> None:
    """Make all moves that are not made yet.

    Raises ``ConflictError`` when a file is not as it was when the journal was written.
    """
    for folder in map(PurePosixPath, journal.folders):
        with folder_at(ops, root, folder.parent) as parent, suppress(FileExistsError):
            ops.mkdir(parent, folder.name)
    with opened(ops, work.handle, NEW, FOLDER) as new, opened(ops, work.handle, OLD, FOLDER) as old:
        for number, move in enumerate(journal.moves):
            if move.new is None:
                if stamp(ops, old, str(number)) is None:
                    _delete(ops, root, old, number, move)
            elif (staged := stamp(ops, new, str(number))) is not None:
                _move(ops, root, new, number, move, staged)
    _sync_touched(ops, root, journal)


def undo(ops: Ops, root: int, work: Work) -> None:
    """Undo the moves that were made; without a journal there are none."""
    if stamp(ops, work.handle, JOURNAL) is not None:
        # no way back to finishing once this is done, or a kill in the middle would do some of both
        ops.rename(work.handle, JOURNAL, work.handle, UNDO)
        sync(ops, work.handle, [PurePosixPath()])
    journal = _load(ops, work, UNDO)
    if journal is None:
        return
    with opened(ops, work.handle, NEW, FOLDER) as new, opened(ops, work.handle, OLD, FOLDER) as old:
        for number, move in enumerate(journal.moves):
            if move.new is None:
                _give_back(ops, root, old, number, move)
            elif stamp(ops, new, str(number)) is None:
                _move_back(ops, root, old, number, move)
    for folder in map(PurePosixPath, reversed(journal.folders)):
        _remove_made(ops, root, folder)
    _sync_touched(ops, root, journal)


def _recover(ops: Ops, folder: Path, name: str, target: Path) -> Recovery:
    with rooted(ops, folder) as root, claim(ops, root, name, target) as work:
        outcome = _settle(ops, root, work) if folder == target else Recovery.CLEANED
        work.clear()
        return outcome


def _settle(ops: Ops, root: int, work: Work) -> Recovery:
    journal = _load(ops, work, JOURNAL)
    if journal is not None:
        with suppress(OSError, ConflictError):
            forward(ops, root, work, journal)
            return Recovery.FINISHED
    elif stamp(ops, work.handle, UNDO) is None:
        return Recovery.CLEANED
    undo(ops, root, work)
    return Recovery.UNDONE


def _move(ops: Ops, root: int, new: int, number: int, move: Move, staged: Stamp) -> None:
    path = PurePosixPath(move.path)
    with folder_at(ops, root, path.parent) as parent:
        if staged != move.new or stamp(ops, parent, path.name) != move.old:
            raise changed(path)
        ops.rename(new, str(number), parent, path.name)


def _move_back(ops: Ops, root: int, old: int, number: int, move: Move) -> None:
    path = PurePosixPath(move.path)
    with suppress(*GONE), folder_at(ops, root, path.parent) as parent:
        if stamp(ops, parent, path.name) != move.new:
            return  # undone already, or changed by somebody since: theirs now
        if move.old is None:
            ops.unlink(parent, path.name)
        else:
            ops.rename(old, str(number), parent, path.name)


def _delete(ops: Ops, root: int, old: int, number: int, move: Move) -> None:
    """Move a file out of the target, so that it can be given back."""
    path = PurePosixPath(move.path)
    with folder_at(ops, root, path.parent) as parent:
        if stamp(ops, parent, path.name) != move.old:
            raise changed(path)
        ops.rename(parent, path.name, old, str(number))
        if stamp(ops, old, str(number)) != move.old:  # edited between these two lines
            ops.rename(old, str(number), parent, path.name)
            raise changed(path)


def _give_back(ops: Ops, root: int, old: int, number: int, move: Move) -> None:
    """Undo a deletion, unless it was not made, or somebody has put another file there since."""
    path = PurePosixPath(move.path)
    with suppress(*GONE), folder_at(ops, root, path.parent) as parent:
        if stamp(ops, old, str(number)) is not None and stamp(ops, parent, path.name) is None:
            ops.rename(old, str(number), parent, path.name)


def _remove_made(ops: Ops, root: int, folder: PurePosixPath) -> None:
    try:
        with folder_at(ops, root, folder.parent) as parent:
            ops.rmdir(parent, folder.name)
    except OSError as error:
        # absent: we were killed before making it; not empty: somebody uses it by now
        if error.errno not in (errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise


def _sync_touched(ops: Ops, root: int, journal: Journal) -> None:
    paths = (*journal.folders, *(move.path for move in journal.moves))
    sync(ops, root, sorted({PurePosixPath(path).parent for path in paths}))


def _in(folder: str, number: int) -> PurePosixPath:
    return PurePosixPath(folder, str(number))


def _load(ops: Ops, work: Work, name: str) -> Journal | None:
    content = read_file(ops, work.handle, name)
    if content is None:
        return None
    try:
        return _parse(json.loads(content))
    except (ValueError, TypeError, KeyError) as error:
        remedy = f"Look into {work.name}, and remove it when nothing in it is yours"
        problem = Problem(work.name, f"its {name} is not from this version ({error!r})", remedy)
        raise ExternalError(problem) from error


def _parse(data: Any) -> Journal:
    if data["version"] not in (1, VERSION):
        raise ValueError("unknown version")
    folders = tuple(_checked(path) for path in data["folders"])
    return Journal(folders, tuple(_moves(data["moves"])))


def _moves(data: list[dict[str, Any]]) -> Iterator[Move]:
    for entry in data:
        new, old = (None if entry[k] is None else _stamp(entry[k]) for k in ("new", "old"))
        if new is None and old is None:
            raise ValueError("a move of nothing")
        yield Move(_checked(entry["path"]), new, old)


def _stamp(values: list[int]) -> Stamp:
    inode, size, mtime = values
    return inode, size, mtime


def _checked(path: str) -> str:
    if fault := path_fault(PurePosixPath(path)):
        raise ValueError(f"the path {path!r} {fault}")
    return path


def changed(path: PurePosixPath) -> ConflictError:
    """Return the error for a file that is not as the plan saw it."""
    remedy = "Run the command again to see what would happen now"
    return ConflictError(Problem(str(path), "it changed while the plan was open", remedy))


def _stuck(path: Path, error: OSError) -> ExternalError:
    what = f"what a killed run left cannot be cleaned up ({error.strerror})"
    remedy = "Mend that and run the command again; it finishes or undoes the rest"
    return ExternalError(Problem(str(path), what, remedy))
