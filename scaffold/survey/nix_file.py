"""One Nix file of somebody's project: its text, its tree, and where in it things stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from threading import Lock

from scaffold.nixlang.lexer import NixSyntaxError
from scaffold.nixlang.nodes import Binding, Node, walk
from scaffold.nixlang.parser import parse
from scaffold.nixlang.strings import string_value

#: The parser raises Python's limit of recursion while it works, for the whole process.
_PARSING = Lock()


@dataclass(frozen=True)
class Leaf:
    """A value in nested sets: ``a.b = 1;`` and ``a = { b = 1; };`` are the same leaf.

    ``path`` is the whole attribute path, ``binding`` the innermost one with the value.
    """

    path: tuple[str, ...]
    binding: Binding
    value: Node


class NixFile:
    """A file as it was read; ``tree`` is None when it is no Nix, and ``fault`` then says why."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _parsed(self) -> tuple[Node | None, NixSyntaxError | None]:
        try:
            with _PARSING:
                return parse(self.text), None
        except NixSyntaxError as error:
            return None, error
        except RecursionError:
            return None, NixSyntaxError(self.text, 0, "the file is nested too deeply")

    @property
    def tree(self) -> Node | None:
        """The tree of the file, parsed once."""
        return self._parsed[0]

    @property
    def fault(self) -> NixSyntaxError | None:
        """Why the file could not be parsed, or None."""
        return self._parsed[1]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of the tree in the order of the text; empty when there is no tree."""
        return tuple(walk(self.tree)) if self.tree is not None else ()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a place in the text, both from 1."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def in_comment(self, offset: int) -> bool:
        """Say whether a place stands behind the mark of a comment that begins its line."""
        start = self.text.rfind("\n", 0, offset) + 1
        return self.text[start:offset].lstrip().startswith("#")

    def source(self, node: Node) -> str:
        """Return the text of a node."""
        return self.text[node.start : node.end]

    @cached_property
    def _parents(self) -> dict[Node, Node]:
        """The node that each node is directly a part of."""
        found: dict[Node, Node] = {}
        for node in self.nodes:
            for child in node.children:
                found[child] = node
            for binding in node.bindings:
                if binding.value is not None:
                    found[binding.value] = node
                found.update(dict.fromkeys(binding.computed, node))
        return found

    def enclosing(self, inner: Node) -> Iterator[Node]:
        """Yield the nodes around one of the tree, the innermost first, itself left out."""
        node = self._parents.get(inner)
        while node is not None:
            yield node
            node = self._parents.get(node)

    def resolve(self, node: Node, depth: int = 8) -> Node:
        """Follow names to what a ``let`` or recursive set around them binds; else return the node.

        The result may be a name still: that of an argument, or one that a ``with`` brings.
        """
        while node.kind == "parentheses":
            node = node.children[0]
        if node.kind != "name" or depth == 0:
            return node
        found = self.bound_around(node, node.text)
        return node if found is None else self.resolve(found, depth - 1)

    def bound_around(self, inner: Node, name: str) -> Node | None:
        """Return what a ``let`` or recursive set around a node binds to a name.

        None where nothing does, or what does it is an argument or an ``inherit``.
        """
        for around in self.enclosing(inner):
            if around.kind == "lambda" and name in around.names:
                return None
            if around.kind == "let" or (around.kind == "set" and around.text == "rec"):
                binding = around.binding(name)
                if binding is not None and binding.value is not None:
                    return binding.value
                if name in around.bound():
                    return None
        return None

    def linked(self, node: Node) -> Path | None:
        """Return the file that a path literal means, ``default.nix`` for a folder; else None."""
        if node.kind != "path" or node.children or node.text.startswith("~"):
            return None
        target = Path(node.text)
        target = target if target.is_absolute() else self.path.parent / target
        return target / "default.nix" if target.is_dir() else target

    def is_asked_for(self, path: Node) -> bool:
        """Say whether the file asks somewhere if what a path literal means is there."""
        pattern = rf"(?:pathExists|optionalPath)\s+\(?{re.escape(path.text)}"
        return re.search(pattern, self.text) is not None

    def imported(self, node: Node) -> Path | None:
        """Return the file of ``import ./x`` or ``import ./x arguments``, or None."""
        if node.kind != "apply":
            return None
        head, first = node.children[:2]
        is_import = (head.kind == "name" and head.text == "import") or (
            head.kind == "select" and head.names == ("import",)
        )
        return self.linked(self.resolve(first)) if is_import else None


def text_of(node: Node | None) -> str | None:
    """Return what a string or address without interpolation means, or None."""
    return string_value(node) if node is not None else None


def result_of(node: Node | None) -> Node | None:
    """Return what a file gives in the end: the body below functions, ``let``, ``with``."""
    while node is not None and node.kind in ("lambda", "let", "with", "assert", "parentheses"):
        node = node.children[-1]
    return node


def leaves(node: Node, prefix: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield the values of a set and of the sets in it; what has a computed name is left out."""
    for binding in node.bindings:
        if binding.value is None or not binding.path or None in binding.path:
            continue
        path = (*prefix, *(part for part in binding.path if part is not None))
        value = binding.value
        if value.kind == "set":
            yield from leaves(value, path)
        else:
            yield Leaf(path, binding, value)
