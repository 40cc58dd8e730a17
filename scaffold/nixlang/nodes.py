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


@dataclass(frozen=True, eq=False)
class Binding:
    """One binding of a set or a ``let``: ``a.b = value;`` or ``inherit (value) a b;``.

    ``path`` holds the parts of the attribute path, None for one that is computed. ``names`` are
    those of an ``inherit``, ``value`` is then what is in its parentheses. ``start`` and ``end``
    enclose the binding with its semicolon. ``computed`` are the expressions of computed names and
    those interpolated in quoted ones. Bindings and nodes are equal only when they are the same
    one, so that they can be keys of a dictionary however large the file is.
    """

    start: int
    end: int
    path: tuple[str | None, ...] = ()
    value: Node | None = None
    names: tuple[str | None, ...] = ()
    computed: tuple[Node, ...] = ()

    @property
    def is_inherit(self) -> bool:
        """Whether it is an ``inherit``."""
        return not self.path


@dataclass(frozen=True, eq=False)
class Formal:
    """One argument that a function names: ``name`` or ``name ? default``, and where it stands."""

    name: str
    start: int
    default: Node | None = None


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
class Node:
    """An expression: its kind, its place, what it is made of.

    ``start`` and ``end`` are offsets in the text, in characters. By kind:

    ======================== ======================================================================
    ``name``                 ``text`` is the name
    ``string``,              ``text`` is the raw text with its quotes, ``children`` are what is
    ``indented string``      interpolated
    ``path``, ``search path``, ``text`` is the raw text; a path's ``children`` are what is
    ``uri``, ``int``, ``float`` interpolated
    ``list``                 ``children`` are the elements
    ``set``                  ``bindings``; ``text`` is ``rec``, ``let`` (the old form) or nothing
    ``let``                  ``bindings``, and the body as the one child
    ``lambda``               the last of the ``children`` is the body, defaults of the arguments
                             come before it; ``names`` are all names that it binds; ``formals`` is
                             None for one of a plain name (``x: …``)
    ``apply``                ``children`` are the function and its arguments
    ``select``               ``children`` are what is selected of, and what follows ``or``;
                             ``names`` is the path, with nothing for a computed part
    ``operation``            ``text`` is the one operator, ``children`` are its one or two operands;
                             of ``?`` the operand is what is looked into and ``names`` the path
    ``if``, ``with``,        ``children``: condition or scope, then the rest
    ``assert``
    ``parentheses``          the one child is what is in them
    ======================== ======================================================================

    ``computed`` are the expressions of computed names in the path of a ``select`` or ``?``.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    children: tuple[Node, ...] = ()
    bindings: tuple[Binding, ...] = ()
    names: tuple[str, ...] = ()
    formals: Formals | None = None
    computed: tuple[Node, ...] = ()

    @property
    def body(self) -> Node:
        """The last child: the body of a function, ``let``, ``with`` or ``assert``."""
        return self.children[-1]

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
        computed = [*found.computed, *(node for b in found.bindings for node in b.computed)]
        below = [*found.children, *inner, *computed]
        if computed or (inner and found.children):  # the body of a `let` is its first child
            below.sort(key=lambda n: n.start)
        waiting += reversed(below)
