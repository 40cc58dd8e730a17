"""What an upgrade tells: what keeps it from being done, what changes, what is left to a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scaffold.base.errors import Problem, printable
from scaffold.migrate.draft import Note
from scaffold.migrate.upgrade import Outcome

#: A line and the name of the style it is printed in.
Line = tuple[str, str]
#: The columns before the text of a line.
_INDENT = " " * 11


def lines(outcome: Outcome, notes: Sequence[str], *, written: bool) -> Iterator[Line]:
    """Yield the report as lines; ``notes`` are what is to be known of the target.

    ``written`` says that the changes were made, and not only planned. What a person has to do
    comes first where something fails until it is done.
    """
    verb = "changed" if written else "change"
    source = outcome.source or "an unknown release"
    yield f"upgrade from {source} to {outcome.target}", "bold"
    for problem in outcome.blocked:
        yield f"  blocked  {problem.where}: {problem.what}", "red"
        yield f"           {problem.remedy}", "dim"
    for note, numbers in _grouped(outcome.draft.done):
        yield f"  {verb:<9}{_where(note, numbers)}: {note.what}", ""
    for note, numbers in sorted(_grouped(outcome.draft.left), key=lambda each: not each[0].fails):
        label, style = ("mend", "red") if note.fails else ("left", "yellow")
        yield f"  {label:<9}{_where(note, numbers)}: {note.what}", style
        yield f"           {note.advice}", "dim"
    for text in notes:
        yield f"  note     {text}", "yellow"
    if not (outcome.blocked or outcome.draft.done or outcome.draft.left):
        yield "  nothing to do", ""


def laid_out(line: str, width: int) -> Iterator[str]:
    """Yield a line of the report in pieces of a width, aligned with where its text begins.

    Addresses and paths stay whole. ``width`` 0 leaves it as it is.
    """
    text = printable(line)
    if not width or len(text) <= width:
        yield text
        return
    indent = _INDENT if text.startswith("  ") else ""
    yield from textwrap.wrap(
        text,
        max(width, len(indent) + 20),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _grouped(notes: Sequence[Note]) -> Iterator[tuple[Note, list[int]]]:
    """Yield each thing that is told of a file once, with its lines, in the order of the first."""
    found: dict[Note, list[int]] = {}
    for note in notes:
        found.setdefault(replace(note, line=0), []).append(note.line)
    for note, numbers in found.items():
        yield note, sorted(set(numbers))


def _where(note: Note, numbers: Sequence[int]) -> str:
    """Return the place: the file with its lines, those that follow each other as a range."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1] = [ranges[-1][0], number]
        elif number:
            ranges.append([number])
    shown = ", ".join("-".join(map(str, each)) for each in ranges)
    return f"{note.file}:{shown}" if shown else note.file


def document(outcome: Outcome, notes: Sequence[str]) -> dict[str, object]:
    """Return the report as a JSON document."""
    return {
        "target": str(outcome.root),
        "from": outcome.source,
        "to": outcome.target,
        "blocked": [_problem(problem) for problem in outcome.blocked],
        "changed": [_note(note) for note in outcome.draft.done],
        "left": [
            {**_note(note), "advice": note.advice, "fails": note.fails}
            for note in outcome.draft.left
        ],
        "notes": list(notes),
        "stale": list(outcome.stale),
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {"where": problem.where, "what": problem.what, "remedy": problem.remedy}


def _note(note: Note) -> dict[str, object]:
    return {"file": note.file, "line": note.line, "what": note.what, "rule": note.rule}
