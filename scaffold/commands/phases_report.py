"""What ``nxc-scaffold phases`` tells: the list of phases, a failure, and both as JSON."""

from __future__ import annotations

import sys

import click

from scaffold.phases import state as state_of
from scaffold.phases.load import last_lines
from scaffold.phases.phases import Environment, Kind, Phase, phases
from scaffold.phases.scratch import Scratch
from scaffold.phases.state import State

LAST_LINES = 10
WIDTH = 12


def listing(
    name: str, scratch: Scratch, env: Environment, state: State | None, *, plain: bool = False
) -> None:
    """Print the phases in order: what each is, and what became of it (``state``, if current).

    ``plain`` makes it one sentence a line, for screen readers.
    """
    rows = [(phase.name, _what(phase)) for phase in phases(env)]
    if plain:
        click.echo(f"package {name}\nscratch folder {scratch.root}")
        for number, row in enumerate(rows):
            click.echo(f"phase {', '.join(filter(None, (*row, _told(state, number))))}")
        return
    first, second = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    _field("package", name)
    _field("scratch", str(scratch.root))
    for number, (phase, what) in enumerate(rows):
        text = f"{phase:<{first}}{what:<{second}}{_told(state, number)}".rstrip()
        _field("" if number else "phases", text)


def failure(
    scratch: Scratch, state: State, number: int, commands: dict[str, str], *, plain: bool = False
) -> None:
    """Print why a phase failed, where to look, and the commands that help."""
    outcome = state.outcomes[number]
    code = f"exit code {outcome.code}" if outcome.code else "it left the shell before its end"
    gap, indent = (" in ", "") if plain else ("  ", " " * 7)
    click.echo(f"error{gap}{outcome.name}: {code}. Its last lines:", err=True)
    for line in log_end(scratch, state, number):
        click.echo(f"{indent}{line}", err=True)
    log, source = str(scratch.log(number + 1, outcome.name)), state.source or str(scratch.build)
    for label, text in {"log": log, "source": source, **commands}.items():
        if plain:
            click.echo(f"{label}: {text}", err=True)
        else:
            _field(label, text, err=True)


def log_end(scratch: Scratch, state: State, number: int) -> list[str]:
    """Return the last lines of a phase's log."""
    text = scratch.log(number + 1, state.order[number]).read_text(encoding="utf-8")
    return last_lines(text, LAST_LINES).splitlines()


def rows(scratch: Scratch, env: Environment, state: State | None) -> list[dict[str, object]]:
    """Return the phases for JSON output; times are in seconds."""
    return [_row(scratch, phase, number, state) for number, phase in enumerate(phases(env))]


def _row(scratch: Scratch, phase: Phase, number: int, state: State | None) -> dict[str, object]:
    outcome = state.outcome(number) if state else None
    ran = outcome is not None and outcome.status != state_of.SKIPPED
    return {
        "name": phase.name,
        "kind": phase.kind.value,
        "origin": phase.origin,
        "skipped": phase.skipped,
        "hooks": list(phase.hooks),
        "status": outcome.status if outcome else None,
        "seconds": round(outcome.seconds, 3) if outcome and ran else None,
        "log": str(scratch.log(number + 1, phase.name)) if ran else None,
    }


def _what(phase: Phase) -> str:
    """Return what a phase is, in words."""
    if phase.skipped:
        return f"skipped: {phase.skipped}"
    hooks = f" + {' '.join(phase.hooks)}" if phase.hooks else ""
    kind = "" if phase.kind is Kind.HOOK else f"{phase.kind.value}, "
    return f"{kind}{phase.origin}{hooks}"


def _told(state: State | None, number: int) -> str:
    """Return what became of a phase, and which is the next."""
    if state is None:
        return ""
    outcome = state.outcome(number)
    if outcome is None:
        return "next" if number == state.passed else ""
    if outcome.status == state_of.SKIPPED:
        return ""
    return f"{outcome.status} {outcome.seconds:.1f} s" if outcome.seconds else outcome.status


def _field(label: str, text: str, *, err: bool = False) -> None:
    click.echo(f"  {label:<{WIDTH}}{text}", err=err)


def live(line: str) -> None:
    """Show a line of a phase as it comes, with its own colours."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
