"""Carrying out a plan: the only module that starts writing into a target. All of it, or nothing.

Two ways, by what the target is:

- **New, or an empty folder that can be swapped**: the tree is built in a work folder beside it, is
  brought to the disk and is renamed onto the target. One step: no reader ever sees a part of it.
- **Any other folder**: all contents are prepared inside it, then moved one by one under a journal
  (see ``scaffold.writer.journal``). An error or Ctrl-C undoes the moves at once. After a SIGKILL
  or a power cut the next run finishes or undoes them before it does anything else.

What the second way cannot give: between the first move and the last, a few renames apart, another
process sees some files new and some old, and after a kill in that moment so does everybody until
the next run. Each single file is always wholly old or wholly new. Overwriting puts a new file in
the place of the old one: a hard link elsewhere keeps the old content.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scaffold.base.errors import ConflictError, ExternalError, Problem
from scaffold.writer.journal import changed, commit, forward, recover, undo
from scaffold.writer.ops import FOLDER, Ops, folder_at, opened, rooted, sync
from scaffold.writer.plan import Plan, require_settled
from scaffold.writer.stage import IN_THE_WAY, TREE, build_tree, stage_moves
from scaffold.writer.steps import Verb
from scaffold.writer.tree import WORK_NAME
from scaffold.writer.workdir import Work, claim, neighbour_name

REMEDIES = {
    errno.ENOSPC: "Free some space and run the command again",
    errno.EDQUOT: "Free some of your quota and run the command again",
    errno.EROFS: "Choose a target on a file system that is not read-only",
    errno.EXDEV: "Choose a target without another file system mounted inside it",
}


@dataclass(frozen=True)
class Written:
    """What ``apply`` changed: the paths, relative to ``target``."""

    target: Path
    paths: tuple[PurePosixPath, ...]


def apply(plan: Plan, *, ops: Ops | None = None) -> Written:
    """Write ``plan`` to its target, all or nothing.

    Raises ``ConflictError`` for undecided conflicts, for files that changed since the plan was
    made and when another run is writing there; ``ExternalError`` when the system refuses. The
    target is then as it was, but for the one case that its message tells.
    """
    require_settled(plan)
    ops = ops or Ops()
    if plan.writes:
        recover(plan.target, ops)
        try:
            _write(ops, plan)
        except OSError as error:
            raise _failed(plan.target, error) from error
    return Written(plan.target, tuple(step.path for step in plan.writes))


def _write(ops: Ops, plan: Plan) -> None:
    exists = os.path.lexists(plan.target)
    if exists != plan.existed:
        raise changed(PurePosixPath(plan.target))
    only_new = all(step.verb is Verb.CREATE for step in plan.steps)
    if not exists or (only_new and _swappable(plan.target)):
        _write_in_work_folder(ops, plan)
    else:
        _write_inside(ops, plan)


def _swappable(target: Path) -> bool:
    """Whether another folder may take the place of this one without anybody noticing.

    Not when it has files, is a mount point, belongs to somebody else, has access lists, or is the
    working directory: the user's shell would stay behind in the removed one.
    """
    try:
        found, parent = target.stat(), target.parent.stat()
        return (
            not any(target.iterdir())
            and found.st_dev == parent.st_dev
            and (found.st_uid, found.st_gid) == (os.geteuid(), os.getegid())
            and os.access(target.parent, os.W_OK | os.X_OK)
            and not Path.cwd().is_relative_to(target)
            and not any(name.startswith("system.") for name in os.listxattr(target))
        )
    except OSError:
        return False


def _write_in_work_folder(ops: Ops, plan: Plan) -> None:
    target = plan.target
    with (
        rooted(ops, target.parent) as parent,
        claim(ops, parent, neighbour_name(target.name), target) as work,
    ):
        try:
            build_tree(ops, work, plan.writes)
            if plan.existed:
                with opened(ops, work.handle, TREE, FOLDER) as tree:
                    ops.chmod(tree, stat.S_IMODE(ops.lstat(parent, target.name).st_mode))
            ops.rename(work.handle, TREE, parent, target.name)
        except BaseException:
            work.clear()
            raise
        with suppress(OSError):  # after a power cut the old state is as good as the new one
            sync(ops, parent, [PurePosixPath()])
        work.clear()


def _write_inside(ops: Ops, plan: Plan) -> None:
    target = plan.target
    with rooted(ops, target) as root, claim(ops, root, WORK_NAME, target) as work:
        try:
            journal = stage_moves(ops, root, work, plan)
            commit(ops, root, work, journal)
            forward(ops, root, work, journal)
        except BaseException as error:
            _undo(ops, root, work, error)
            raise
        _remove_emptied(ops, root, plan)
        work.clear()


def _remove_emptied(ops: Ops, root: int, plan: Plan) -> None:
    """Remove folders whose last file was deleted; one that stays does no harm."""
    deleted = [step.path for step in plan.steps if step.verb is Verb.DELETE]
    folders = {folder for path in deleted for folder in path.parents if folder.parts}
    for folder in sorted(folders, key=lambda path: -len(path.parts)):
        with suppress(OSError), folder_at(ops, root, folder.parent) as parent:
            ops.rmdir(parent, folder.name)


def _undo(ops: Ops, root: int, work: Work, error: BaseException) -> None:
    try:
        undo(ops, root, work)
    except OSError as second:
        what = f"writing failed ({error}) and could not be undone ({second.strerror})"
        remedy = "Mend that and run the command again; it finishes or undoes the rest first"
        raise ExternalError(Problem(work.name, what, remedy)) from error
    work.clear()


def _failed(target: Path, error: OSError) -> ConflictError | ExternalError:
    if error.errno in IN_THE_WAY:
        return changed(PurePosixPath(target))
    what = f"it cannot be written ({error.strerror}); nothing was changed"
    remedy = REMEDIES.get(error.errno or 0, "Mend that and run the command again")
    return ExternalError(Problem(str(target), what, remedy))
