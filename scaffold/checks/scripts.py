"""Test scripts as compositions give them, and where in which file their text is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.checks.rule import Hit
from scaffold.checks.script_faults import Fault
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile
from scaffold.survey.session import Session
from scaffold.survey.views import View

#: Lines by which what is interpolated may shift a script in its file.
_FAR = 40


@dataclass(frozen=True)
class Script:
    """A test script as the composition gives it.

    ``path`` is where its text is written, ``lines`` maps each of its lines (from 1) to one of
    ``path``. ``hosts`` are the host names on each flavour.
    """

    composition: str
    path: Path
    text: str
    lines: Mapping[int, int]
    hosts: Mapping[str, tuple[str, ...]]

    def line(self, number: int) -> int:
        """Return the line of the file that a line of the script stands on."""
        return self.lines.get(number, self.lines.get(1, 1))

    def hits(self, faults: Iterable[Fault]) -> Iterator[Hit]:
        """Yield faults of the script as findings of the file that its text is written in."""
        for number, message, remedy in faults:
            yield Hit(self.path, self.line(number), message, None, remedy)


def located(session: Session, name: str, path: Path, view: View) -> Script:
    """Return the test script of a composition with the place where its text is written."""
    text = view.test_script or ""
    place = view.places.get("testScript")
    file = session.nix(place.file if place is not None else path)
    if file is None or place is None:
        return Script(name, path, text, {}, {})
    value = _bound_at(file, place.line, place.column)
    value = file.resolve(value) if value is not None else None
    if value is not None and value.kind == "apply" and len(value.children) == 2:
        head = value.children[0]
        named = (head.names or (head.text,))[-1]
        target = file.linked(value.children[1]) if named == "readFile" else None
        if target is not None and session.text(target) == text:
            return Script(name, target, text, {n: n for n in range(1, text.count("\n") + 2)}, {})
    if value is None or value.kind not in ("string", "indented string"):
        return Script(name, file.path, text, {1: place.line}, {})
    return Script(name, file.path, text, _lines(file, value, text), {})


def _bound_at(file: NixFile, line: int, column: int) -> Node | None:
    """Return the value that is bound at a place, or None."""
    for node in file.nodes:
        for binding in node.bindings:
            if binding.value is not None and file.place(binding.start)[0] <= line:
                at = file.place(binding.start)
                if at == (line, column) or (
                    binding.path[-1:] == ("testScript",)
                    and at[0] <= line <= file.place(binding.end)[0]
                ):
                    return binding.value
    return None


def _lines(file: NixFile, value: Node, text: str) -> dict[int, int]:
    """Map the lines of a string to those of the file, by their text where they differ."""
    first = file.place(value.start)[0]
    source = file.source(value).removeprefix("''").removeprefix('"')
    written = [line.strip() for line in source.split("\n")]
    here = 1 if value.kind == "indented string" and not written[0] else 0
    lines: dict[int, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        near = written[here : here + _FAR]
        if line.strip() in near and line.strip():
            here += near.index(line.strip())
        lines[number] = first + max(0, min(here, len(written) - 1))
        here += 1
    return lines
