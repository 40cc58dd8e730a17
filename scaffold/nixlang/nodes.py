"""The nodes of a Nix file: what an expression is made of, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where nix says that an attribute is defined; line and column (in bytes) count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Binding:
    """One binding of a set or a ``let``: ``a.b = value;`` or ``inherit (value) a b;``.

    ``path`` holds the parts of the attribute path, None for one that is computed. ``names`` are
    those of an ``inherit``. ``start`` and ``end`` enclose the binding with its semicolon.
    """

    start: int
    end: int
    path: tuple[str | None, ...] = ()
    value: Node | None = None
    names: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Node:
    """An expression: its kind, its place, what it is made of.

    ``text`` is the name of an identifier, the operators of an operation, the raw text of a literal.
    ``children`` are in the order of the text: function and arguments of an ``apply``, operands of
    an ``operation``, condition or scope and body of ``if``, ``with``, ``assert``.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    children: tuple[Node, ...] = ()
    bindings: tuple[Binding, ...] = ()
    names: tuple[str, ...] = ()

    def binding(self, name: str) -> Binding | None:
        """Return the binding of a plain name, or None."""
        return next((b for b in self.bindings if b.path == (name,)), None)

    def bound(self) -> Iterator[str]:
        """Yield the names that the bindings of a set or ``let`` define."""
        for binding in self.bindings:
            for name in (*binding.path[:1], *binding.names):
                if name is not None:
                    yield name


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the text."""
    yield node
    inner = [b.value for b in node.bindings if b.value is not None]
    for child in sorted([*node.children, *inner], key=lambda n: n.start):
        yield from walk(child)
