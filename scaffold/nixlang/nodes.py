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
class Formal:
    """One argument that a function names: ``name`` or ``name ? default``, and where it stands."""

    name: str
    start: int
    default: Node | None = None


@dataclass(frozen=True)
class Formals:
    """What a function of a set takes: ``{ a, b ? 1, ... }@whole``.

    ``open`` says that there is an ellipsis, so that other arguments are taken too.
    """

    arguments: tuple[Formal, ...] = ()
    open: bool = False
    whole: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arguments, without that of the whole set."""
        return tuple(argument.name for argument in self.arguments)


@dataclass(frozen=True)
class Node:
    """An expression: its kind, its place, what it is made of.

    ``text`` is the name of an identifier, the operators of an operation, the raw text of a literal.
    ``children`` are in the order of the text: function and arguments of an ``apply``, operands of
    an ``operation``, condition or scope and body of ``if``, ``with``, ``assert``; the last of a
    ``lambda`` is its body, defaults of its arguments come before it. ``names`` are all names that
    a ``lambda`` binds; ``formals`` is None for one of a plain name (``x: …``).
    """

    kind: str
    start: int
    end: int
    text: str = ""
    children: tuple[Node, ...] = ()
    bindings: tuple[Binding, ...] = ()
    names: tuple[str, ...] = ()
    formals: Formals | None = None

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
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        inner = [b.value for b in found.bindings if b.value is not None]
        below = [*found.children, *inner]
        if inner and found.children:  # the body of a `let` comes before its bindings
            below.sort(key=lambda n: n.start)
        waiting += reversed(below)
