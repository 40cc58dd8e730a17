"""What an upgrade tells: what keeps it from being done, what changes, what is left to a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.base.errors import Problem
from scaffold.migrate.draft import Note
from scaffold.migrate.upgrade import Outcome

#: A line and the name of the style it is printed in.
Line = tuple[str, str]


def lines(outcome: Outcome, notes: Sequence[str]) -> Iterator[Line]:
    """Yield the report as lines; ``notes`` are what is to be known of the target."""
    source = outcome.source or "an unknown release"
    yield f"upgrade from {source} to {outcome.target}", "bold"
    for problem in outcome.blocked:
        yield f"  blocked  {problem.where}: {problem.what}", "red"
        yield f"           {problem.remedy}", "dim"
    for note in outcome.draft.done:
        yield f"  changed  {note.where}: {note.what}", ""
    for note in outcome.draft.left:
        yield f"  left     {note.where}: {note.what}", "yellow"
        yield f"           {note.advice}", "dim"
    for text in notes:
        yield f"  note     {text}", "yellow"
    if not (outcome.blocked or outcome.draft.done or outcome.draft.left):
        yield "  nothing to do", ""


def document(outcome: Outcome, notes: Sequence[str]) -> dict[str, object]:
    """Return the report as a JSON document."""
    return {
        "target": str(outcome.root),
        "from": outcome.source,
        "to": outcome.target,
        "blocked": [_problem(problem) for problem in outcome.blocked],
        "changed": [_note(note) for note in outcome.draft.done],
        "left": [{**_note(note), "look": note.advice} for note in outcome.draft.left],
        "notes": list(notes),
        "stale": list(outcome.stale),
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {"where": problem.where, "what": problem.what, "remedy": problem.remedy}


def _note(note: Note) -> dict[str, object]:
    return {"file": note.file, "line": note.line, "what": note.what, "rule": note.rule}
