"""Preparing a write in its work folder: nothing of the target is touched here."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import PurePosixPath

from scaffold.writer.journal import NEW, OLD, Journal, Move, changed
from scaffold.writer.ops import (
    FOLDER,
    Ops,
    Stamp,
    folder_at,
    opened,
    read_file,
    set_mode,
    stamp,
    sync,
    write_new,
)
from scaffold.writer.plan import Plan
from scaffold.writer.steps import Step, Verb
from scaffold.writer.tree import Mode
from scaffold.writer.workdir import Work

TREE = "tree"
#: What a new file is created with, before the umask takes its share.
CREATE_MODE: dict[Mode, int] = {0o644: 0o666, 0o755: 0o777, 0o600: 0o600}
#: What tells that somebody put something in our way, as opposed to the system failing.
IN_THE_WAY = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)
#: File systems without hard links, and links to files of others where those are forbidden.
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


def build_tree(ops: Ops, work: Work, steps: Iterable[Step]) -> None:
    """Build the tree in the work folder, and bring it to the disk at the end, all at once."""
    ops.mkdir(work.handle, TREE)
    folders = _folders(steps)
    with opened(ops, work.handle, TREE, FOLDER) as root:
        for folder in folders:
            with folder_at(ops, root, folder.parent) as parent:
                ops.mkdir(parent, folder.name)
        for step in steps:
            with folder_at(ops, root, step.path.parent) as parent:
                mode = CREATE_MODE[step.file.mode]
                write_new(ops, parent, step.path.name, step.new_content, mode)
        sync(ops, root, (*(step.path for step in steps), *folders, PurePosixPath()))


def stage_moves(ops: Ops, root: int, work: Work, plan: Plan) -> Journal:
    """Prepare new files and second names of old ones, then check that the plan still holds."""
    ops.mkdir(work.handle, NEW)
    ops.mkdir(work.handle, OLD)
    with opened(ops, work.handle, NEW, FOLDER) as new, opened(ops, work.handle, OLD, FOLDER) as old:
        for number, step in enumerate(plan.writes):
            if step.verb is not Verb.DELETE:
                _stage_new(ops, new, str(number), step)
        stamps = {
            step.path: _checked(ops, root, step)
            for step in plan.steps
            if step.verb is not Verb.KEEP
        }
        for number, step in enumerate(plan.writes):
            if step.old_content is not None and step.verb is not Verb.DELETE:
                _stage_old(ops, root, old, str(number), step)
        moves = tuple(
            Move(str(step.path), _staged(ops, new, str(number), step), stamps[step.path])
            for number, step in enumerate(plan.writes)
        )
    missing = (folder for folder in _folders(plan.writes) if _missing(ops, root, folder))
    return Journal(tuple(map(str, missing)), moves)


def _stage_new(ops: Ops, new: int, name: str, step: Step) -> None:
    created = step.old_mode is None
    write_new(ops, new, name, step.new_content, CREATE_MODE[step.file.mode] if created else 0o600)
    if not created:
        set_mode(ops, new, name, step.mode)


def _stage_old(ops: Ops, root: int, old: int, name: str, step: Step) -> None:
    with folder_at(ops, root, step.path.parent) as parent:
        try:
            ops.link(parent, step.path.name, old, name)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            write_new(ops, old, name, step.old_content or b"", 0o600)
            set_mode(ops, old, name, step.old_mode or 0o600)


def _checked(ops: Ops, root: int, step: Step) -> Stamp | None:
    """Return the stamp of what is at a path; raise unless it is what the plan saw."""
    try:
        with folder_at(ops, root, step.path.parent) as parent:
            # before reading: what changes after this line is caught when the move is made
            found = stamp(ops, parent, step.path.name)
            content = read_file(ops, parent, step.path.name)
    except FileNotFoundError:
        found = content = None
    except OSError as error:
        if error.errno in IN_THE_WAY:
            raise changed(step.path) from error
        raise
    if content != step.old_content:
        raise changed(step.path)
    return found


def _staged(ops: Ops, new: int, name: str, step: Step) -> Stamp | None:
    return None if step.verb is Verb.DELETE else _present(ops, new, name)


def _present(ops: Ops, at: int, name: str) -> Stamp:
    found = stamp(ops, at, name)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return found


def _missing(ops: Ops, root: int, folder: PurePosixPath) -> bool:
    try:
        with folder_at(ops, root, folder):
            return False
    except FileNotFoundError:
        return True


def _folders(steps: Iterable[Step]) -> tuple[PurePosixPath, ...]:
    """Return the folders the steps need, parents first."""
    parents = {parent for step in steps for parent in step.path.parents}
    return tuple(sorted(parents - {PurePosixPath()}))
