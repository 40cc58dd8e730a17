"""Lists of names that a set takes from another one: ``inherit (packages) a b;``.

A package that is registered in the other set has to be named there too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scaffold.nixlang.edits import (
    Edit,
    apply_edits,
    indentation,
    is_sorted,
    line_end,
    newline_of,
    starts_line,
)
from scaffold.nixlang.lexer import Token, every_token
from scaffold.nixlang.nodes import Binding
from scaffold.nixlang.quote import nix_attr


@dataclass(frozen=True)
class InheritList:
    """The names that are inherited by one ``inherit`` of a file."""

    file: PurePosixPath
    text: str = field(repr=False)
    binding: Binding = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names that are plainly written."""
        return frozenset(name for name in self.binding.names if name is not None)

    @property
    def where(self) -> str:
        """File and line."""
        line = self.text.count("\n", 0, self.binding.start) + 1
        return f"{self.file}:{line}"

    def with_name(self, name: str) -> str:
        """Return the text of the file with one more name in the list, in order where that is."""
        return self.text if name in self.names else apply_edits(self.text, [self._insertion(name)])

    def _insertion(self, name: str) -> Edit:
        words, text = self._words(), self.text
        names = [word.text for word in words]
        before = [word for word in words if word.text.lower() < name.lower()]
        new = nix_attr(name)
        if is_sorted(names) and not before:
            first = words[0].start
            if not starts_line(text, first):
                return Edit(first, first, f"{new} ")
            return Edit(first, first, f"{new}{newline_of(text)}{indentation(text, first)}")
        neighbour = before[-1] if is_sorted(names) else words[-1]
        if not starts_line(text, neighbour.start):
            return Edit(neighbour.end, neighbour.end, f" {new}")
        end = min(line_end(text, neighbour.end), self.binding.end - 1)
        line = f"{newline_of(text)}{indentation(text, neighbour.start)}{new}"
        return Edit(end, end, line)

    def _words(self) -> list[Token]:
        """Return the names with their places; quoted and computed ones are left out."""
        source = self.binding.value
        start = source.end if source is not None else self.binding.start + len("inherit")
        found: list[Token] = []
        depth = 0
        for word in every_token(self.text[start : self.binding.end]):
            depth += (word.text in ("{", "${")) - (word.text == "}")
            if word.kind == "name" and not depth:
                found.append(word._replace(start=start + word.start, end=start + word.end))
        return found
