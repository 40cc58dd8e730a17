"""What ``upgrade`` prints: what was done to the files, what the checks found, what comes next."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from scaffold.base.errors import Exit
from scaffold.commands import upgrade_checks
from scaffold.commands.upgrade_checks import Checked
from scaffold.migrate.upgrade import Outcome
from scaffold.report import findings, upgrades
from scaffold.report.upgrades import Line
from scaffold.writer.plan import Plan, unified_diff

#: Columns that lines take at most, however wide the terminal is.
_WIDTH = 100


@dataclass(frozen=True)
class Options:
    """The flags of the command; ``plan`` stops before anything is written."""

    directory: Path
    to: str
    plan: bool = False
    new_kapack: bool = False
    force: bool = False
    offline: bool = False
    no_check: bool = False
    no_eval: bool = False
    catalogues: tuple[Path, ...] = ()
    as_json: bool = False
    quiet: bool = False
    plain: bool = False


@dataclass(frozen=True)
class Done:
    """What was done to the files; ``notes`` are what is to be known of the target."""

    outcome: Outcome
    notes: Sequence[str]
    plan: Plan
    written: bool
    forced: bool

    @property
    def stale(self) -> Sequence[str]:
        """The inputs whose lock is not for their address."""
        return self.outcome.still_stale() if self.written else self.outcome.stale

    @property
    def files(self) -> list[str]:
        """The files that were written, or would be."""
        return [str(step.path) for step in self.plan.steps if step.writes]

    @property
    def blocked(self) -> bool:
        """Say whether something that the release lacks kept the files as they are."""
        return bool(self.outcome.blocked) and not (self.written and self.forced)


def tell(done: Done, options: Options) -> None:
    """Print what was done, or would be."""
    if options.plan:
        diff = unified_diff(done.plan)
        click.echo(diff.encode("utf-8", "surrogateescape"), nl=False)
    if options.quiet:
        return
    _echo(upgrades.lines(done.outcome, done.notes, written=done.written), options)
    _echo(((line, "") for line in _last_lines(done, options)), options)


def _echo(lines: Iterable[Line], options: Options) -> None:
    """Print lines; in a terminal, and not as sentences, in its width."""
    in_terminal = sys.stderr.isatty() and not options.plain
    width = min(shutil.get_terminal_size().columns, _WIDTH) if in_terminal else 0
    for whole, style in lines:
        for line in upgrades.laid_out(whole, width):
            click.echo(line if options.plain or not style else _styled(line, style), err=True)


def _last_lines(done: Done, options: Options) -> list[str]:
    """Return what became of the files, and what is to be done next."""
    root = shlex.quote(str(options.directory))
    if done.blocked and not done.written:
        told = ["  written  nothing: what is blocked has to be there first, or give --force"]
    elif not done.written:
        told = ["  written  nothing (--plan)"]
        if done.files:
            also = " --new-kapack" if options.new_kapack else ""
            told.append(f"  next     nxc-scaffold upgrade {root} --to {options.to}{also}")
    else:
        told = [f"  written  {', '.join(done.files) or 'nothing'}"]
        if done.stale:
            told.append(f"  lock     flake.lock is for other addresses of {', '.join(done.stale)}")
            told.append(f"  next     nix flake lock {root}")
        if done.files:
            told.append(f"  {'' if done.stale else 'next':<9}git -C {root} diff")
    return told


def end(done: Done, checked: Checked | None, options: Options) -> int:
    """Print what the checks found, and return the exit code."""
    failed = checked is not None and checked.failed
    code = Exit.CHECK_FAILED if done.blocked or failed else Exit.OK
    if options.as_json:
        click.echo(json.dumps(_document(done, checked, code), indent=2, ensure_ascii=False))
    elif checked is not None and not options.quiet:
        _echo(findings.text_lines(checked.run, Path.cwd()), options)
        if checked.skipped:
            click.echo(f"not evaluated: {checked.skipped}; later:", err=True)
            click.echo(f"  {_later(done.outcome)}", err=True)
    return int(code)


def _document(done: Done, checked: Checked | None, code: Exit) -> dict[str, object]:
    """Return the result for programs."""
    return {
        "exit": int(code),
        "written": done.written,
        **upgrades.document(done.outcome, done.notes),
        "stale": list(done.stale),
        "files": done.files,
        "diff": unified_diff(done.plan),
        "checks": findings.document(checked.run, Path.cwd(), int(code)) if checked else None,
        "evaluation": _evaluation(done.outcome, checked),
    }


def _evaluation(outcome: Outcome, checked: Checked | None) -> dict[str, object] | None:
    """Return for programs whether the flavours were evaluated, and how to do it later."""
    if checked is None:
        return None
    if not checked.skipped:
        return {"done": True}
    return {"done": False, "reason": checked.skipped, "command": _later(outcome)}


def _later(outcome: Outcome) -> str:
    return upgrade_checks.later(outcome.root, packages=outcome.of_packages)


def _styled(line: str, style: str) -> str:
    if style in ("bold", "dim"):
        return click.style(line, **{style: True})
    return click.style(line, fg=style)
