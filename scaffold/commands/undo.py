"""``nxc-scaffold undo``: what the last run wrote is taken back, where nobody edited it since."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.answers import user_config
from scaffold.base.errors import InputError, Problem
from scaffold.commands.after_writing import tell_git
from scaffold.commands.options import Options
from scaffold.commands.pipeline import Job, carry_out
from scaffold.commands.undo_memory import LastRun, last_run, undoing
from scaffold.commands.writing import interrupted_before_writing, reporter_of
from scaffold.writer.disk import LocalDisk
from scaffold.writer.journal import left_over, recover
from scaffold.writer.plan import Plan
from scaffold.writer.tree import Tree

if TYPE_CHECKING:  # much code, of no use here
    from scaffold.checks import Result


@interrupted_before_writing("nxc-scaffold")
def run(options: Options) -> int:
    """Run the command and return its exit code.

    A second run takes the first one back.

    Raises:
        InputError: nothing is remembered of a run here.
        ConflictError: another run is writing.

    """
    reporter = reporter_of(options, plain=options.plain or user_config.load().plain)
    start = options.directory or Path()
    target, last = _remembered(start)
    reporter.field("undo", last.command)

    def planned(_tree: Tree, target: Path, to_be_applied: bool) -> Plan:
        if to_be_applied:
            recover(target)
        steps = tuple(undoing(last, LocalDisk(target)))
        unrecovered = not to_be_applied and left_over(target)
        return Plan(target, steps, target.exists(), unrecovered=unrecovered)

    def told(plan: Plan) -> list[Result]:
        if not options.no_git:
            tell_git(plan, reporter)
        return []

    shown = start if start.resolve() == target else Path(os.path.relpath(target))
    job = Job(
        Tree(),
        target,
        str(shown),
        check=told,
        document={"undone": last.command},
        plan=planned,
    )
    return carry_out(job, options, reporter)


def _remembered(start: Path) -> tuple[Path, LastRun]:
    if not start.is_dir():
        raise InputError(Problem(str(start), "is not a folder", "Give the folder of a project"))
    whole = start.resolve()
    for folder in (whole, *whole.parents):
        if last := last_run(folder):
            return folder, last
    what = "nothing is remembered of a run of nxc-scaffold here or in a folder above"
    remedy = "Go to the folder that was written to, or take changes back with git"
    raise InputError(Problem(str(whole), what, remedy))
