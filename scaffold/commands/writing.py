"""What the commands that write share once there are answers: conflicts, checks, the report."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from scaffold.base.errors import ConflictError, Interrupted, Problem
from scaffold.base.folders import own_folder
from scaffold.commands.after_writing import Wishes
from scaffold.commands.options import Common, Writing
from scaffold.report.reporter import Reporter
from scaffold.report.sentences import reporter as plain_or_not
from scaffold.system import process
from scaffold.writer.plan import (
    Plan,
    decide_all,
    is_written,
    require_settled,
    restored,
    unified_diff,
)


def reporter_of(options: Writing, *, plain: bool) -> Reporter:
    """Return the reporter that the user wants; prompts then look as it does."""
    reporter = plain_or_not(quiet=options.quiet or options.as_json, plain=plain)
    if options.interactive:
        from scaffold.terminal import looks

        looks.speak_plainly(wanted=plain)
    if options.verbose:
        process.observe(reporter.command)
    if own_folder("config") is None:
        what = "you have no home folder: none is read, and answers are not kept between two runs"
        reporter.field("config", what)
    return reporter


def settled(plan: Plan, options: Writing, reporter: Reporter, shown_as: str) -> Plan:
    """Decide conflicts by flag or by asking; a dry run only shows them.

    Raises:
        ConflictError: there are conflicts and nobody to ask; the plan is shown before.

    """
    if options.force:
        plan = restored(plan)
    if decision := options.decision:
        plan = decide_all(plan, decision)
    if plan.conflicts and options.interactive and not options.dry_run:
        from scaffold.terminal.conflicts import decide_conflicts

        return decide_conflicts(plan)
    if plan.conflicts and not options.dry_run:
        show_diff(plan, options)
        reporter.plan(plan, shown_as=shown_as)
        try:
            require_settled(plan)
        except ConflictError as error:
            diff = {"diff": unified_diff(plan)} if options.diff else {}
            error.details = {**diff, "files": files_document(plan)}
            raise
    return plan


def tell_dry_run(plan: Plan, reporter: Reporter) -> None:
    """Say that a dry run wrote nothing, and what it left to the next run that does."""
    if plan.unrecovered:
        left = "a run that was killed, or is still at work, left files half written"
        reporter.line(f"  {left}: the next run that writes finishes or undoes that first")
    reporter.line("  nothing was written (--dry-run)")


@contextmanager
def interrupted_before_writing(shown_as: str) -> Iterator[None]:
    """Say that nothing was written when the user leaves before that.

    Raises:
        Interrupted: the user left.

    """
    try:
        yield
    except KeyboardInterrupt as error:
        what = "interrupted, nothing was written"
        raise Interrupted(Problem(shown_as, what, "Run the command again")) from error


@contextmanager
def interrupted_while_writing(plan: Plan) -> Iterator[None]:
    """Say what was written when the user leaves meanwhile: all of it, or nothing.

    Raises:
        Interrupted: the user left.

    """
    with interrupted_before_writing(str(plan.target)):
        try:
            yield
        except KeyboardInterrupt:
            if not is_written(plan):
                raise
            with interrupted_after_writing(plan):
                raise


@contextmanager
def interrupted_after_writing(plan: Plan, remedy: str = "") -> Iterator[None]:
    """Say truthfully that files were written when the user leaves during what follows.

    ``remedy`` is what is left to do, the same command unless it is told.

    Raises:
        Interrupted: the user left; it names how many files were written.

    """
    try:
        yield
    except KeyboardInterrupt as error:
        number = len(plan.writes)
        what = f"interrupted when {number} file{'s' * (number != 1)} had been written"
        what = what if number else "interrupted; every file was as it should be already"
        then = remedy or "Run the command again to check it"
        raise Interrupted(Problem(str(plan.target), what, then)) from error


def command_line() -> str:
    """Return the command as the user would type it."""
    return shlex.join(["nxc-scaffold", *sys.argv[1:]])


def show_diff(plan: Plan, options: Writing) -> None:
    """Print the changes when they are wanted; with ``--json`` they are a part of the document."""
    if options.diff and not options.as_json:
        # Bytes, for `git apply`: what a terminal shows of them is another matter.
        click.echo(unified_diff(plan).encode("utf-8", "surrogateescape"), nl=False)


def wishes(options: Common) -> Wishes:
    """Return what the user wants done after writing."""
    return Wishes(
        git=not options.no_git,
        check=not options.no_check,
        flake=not options.no_flake_check,
        offline=options.offline,
        nix_words=options.nix_words,
    )


def files_document(plan: Plan) -> list[dict[str, str]]:
    """Return the files of a plan for JSON output; the reason is there where there is one."""
    return [
        {"path": str(s.path), "verb": s.verb.value, **({"reason": s.reason} if s.reason else {})}
        for s in plan.steps
    ]
