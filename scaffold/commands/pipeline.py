"""From a tree of files to the disk and the report: the one order in which every command writes.

A command collects answers, renders a tree from them and hands over a ``Job``. What follows is the
same for all: format, compare with the disk, settle conflicts, write once or not at all, check what
was written, report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.base.errors import Exit
from scaffold.commands.formatting import formatted
from scaffold.commands.options import Writing
from scaffold.commands.undo_memory import remembered
from scaffold.commands.writing import (
    command_line,
    files_document,
    interrupted_after_writing,
    interrupted_before_writing,
    interrupted_while_writing,
    settled,
    show_diff,
    tell_dry_run,
)
from scaffold.report.reporter import Reporter, check_document, print_json
from scaffold.writer.apply import apply
from scaffold.writer.plan import Plan, make_plan, unified_diff
from scaffold.writer.tree import Tree

if TYPE_CHECKING:  # much code, of no use to --no-check
    from scaffold.checks import Result

#: Compares a tree with a folder; the last argument says whether the plan is to be applied.
Planner = Callable[[Tree, Path, bool], Plan]
#: A command line, and what it is for.
NextStep = tuple[str, str]


def _nothing() -> None:
    """Do nothing."""


def against_the_disk(tree: Tree, target: Path, to_be_applied: bool) -> Plan:
    """Compare a tree with a folder alone: nothing is known of what was written there before."""
    return make_plan(tree, target, to_be_applied=to_be_applied)


@dataclass(frozen=True)
class Job:
    """What a command wants to be on the disk, and what it has to say and do around it.

    ``shown_as`` is how messages name the target. ``summary`` tells what the tree is: the screen on
    which a user decided is wiped away by then. ``written`` is called as soon as the files are
    there, and returns the paths of secrets that it made. ``check`` makes the files known to git,
    looks at them and returns what it found. ``document`` holds the command's own part of the JSON
    document.
    """

    tree: Tree
    target: Path
    shown_as: str
    check: Callable[[Plan], Sequence[Result]]
    summary: Callable[[], None] = _nothing
    written: Callable[[], Sequence[str]] = tuple
    document: Mapping[str, object] = field(default_factory=dict)
    next_steps: Sequence[NextStep] = ()
    plan: Planner = against_the_disk


def carry_out(job: Job, options: Writing, reporter: Reporter) -> int:
    """Write, check and report; return the exit code.

    Raises:
        ConflictError: files differ and nobody decided what becomes of them; nothing was written.
        Interrupted: the user left; the message says whether files were written.
        ExternalError: the system refuses to write; nothing was written.
    """
    with interrupted_before_writing(job.shown_as):
        tree = formatted(job.tree, reporter)
        plan = job.plan(tree, job.target, not options.dry_run)
        plan = settled(plan, options, reporter, job.shown_as)
        show_diff(plan, options)
        job.summary()
        if options.dry_run:
            reporter.plan(plan, shown_as=job.shown_as)
            tell_dry_run(plan, reporter)
            return _report(job, plan, (), options)
    with interrupted_while_writing(plan), remembered(plan, command_line()):
        apply(plan)
    with interrupted_after_writing(plan):
        secrets = job.written()
        reporter.plan(plan, shown_as=job.shown_as)
        reporter.secrets(secrets, shown_as=job.shown_as)
        try:
            results = job.check(plan)
        finally:
            reporter.check_broken_off()
        reporter.next_steps(job.next_steps)
        return _report(job, plan, results, options)


def _report(job: Job, plan: Plan, results: Sequence[Result], options: Writing) -> int:
    """Print the JSON document when it is wanted, and return the exit code."""
    failed = any(result.status == "failed" for result in results)
    code = Exit.CHECK_FAILED if failed else Exit.OK
    if options.as_json:
        print_json(
            {
                "exit": int(code),
                "target": str(plan.target),
                "written": not options.dry_run,
                **job.document,
                **({"diff": unified_diff(plan)} if options.diff else {}),
                "files": files_document(plan),
                "checks": [check_document(result) for result in results],
            }
        )
    return int(code)
