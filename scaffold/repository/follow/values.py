"""What an expression of a repository is known to evaluate to, as far as its text tells.

nixpkgs, flake inputs and whatever else the repository does not hold itself are :class:`Outside`:
nothing is known of them but the name by which they were reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scaffold.nixlang.nodes import Node
from scaffold.repository.files import NixFile

#: What stands for the name of a package that is to be loaded.
NAME = "@"
#: What stands for a folder of packages whose names begin alike, such as ``he`` for ``hello``.
SHARD = "@@"


@dataclass(frozen=True, eq=False)
class Value:
    """What is known of a value."""


@dataclass(frozen=True, eq=False)
class Scope:
    """The names that are visible: each is bound to a value that is found when it is wanted.

    ``binds`` is the ``let`` or the recursive set whose bindings they are, if they are such.
    """

    names: dict[str, Callable[[], Value]] = field(default_factory=dict)
    outer: Scope | None = None
    opened: Callable[[], Value] | None = None
    binds: Literal | None = None

    def visible(self) -> frozenset[str]:
        """Return the names bound by let, functions and recursive sets, not those of ``with``."""
        found: set[str] = set()
        here: Scope | None = self
        while here is not None:
            found.update(here.names)
            here = here.outer
        return frozenset(found)


@dataclass(frozen=True, eq=False)
class Unknown(Value):
    """A value that was not understood: why, and where the reading stopped."""

    why: str
    file: NixFile
    node: Node

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file.path}:{self.file.line(self.node)}"


@dataclass(frozen=True, eq=False)
class Outside(Value):
    """Something of nixpkgs, of an input or of nix itself; ``file`` and ``node`` reached it."""

    name: str
    file: NixFile
    node: Node

    @property
    def last(self) -> str:
        """The last part of its name, which tells a function."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class Partial(Outside):
    """A known function of nixpkgs or nix with some of its arguments, each found when wanted."""

    thunks: tuple[Callable[[], Value], ...] = ()


#: The last part of the name of what ``import`` of another repository's path gives.
IMPORTED = "an imported function"


@dataclass(frozen=True, eq=False)
class Imported(Partial):
    """The function that ``import`` of something outside gives, such as that of nixpkgs."""

    @property
    def last(self) -> str:
        """What it is known by, wherever it was imported from."""
        return IMPORTED


@dataclass(frozen=True, eq=False)
class Text(Value):
    """A string."""

    text: str


@dataclass(frozen=True, eq=False)
class RepositoryPath(Value):
    """A path of the repository, seen from its root."""

    path: PurePosixPath


@dataclass(frozen=True, eq=False)
class Sequence_(Value):  # noqa: N801 - `Sequence` is the standard library's
    """A list, its elements found when they are wanted."""

    items: tuple[Callable[[], Value], ...]


@dataclass(frozen=True, eq=False)
class Function(Value):
    """A function of the repository, with the names that it sees."""

    file: NixFile
    node: Node
    scope: Scope


@dataclass(frozen=True, eq=False)
class Literal(Value):
    """A set that is written in a file; ``prefix`` is the path of the set that is meant in it.

    The bindings ``packages.a = …; packages.b = …;`` give the set at the prefix ``packages``; a
    computed part, such as ``${system}``, is None there.
    """

    file: NixFile
    node: Node
    scope: Scope
    prefix: tuple[str | None, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names that are plainly bound in it."""
        at = len(self.prefix)
        found = {
            binding.path[at]
            for binding in self.node.bindings
            if len(binding.path) > at and binding.path[:at] == self.prefix
        }
        if not at:
            found.update(name for binding in self.node.bindings for name in binding.names)
        return frozenset(name for name in found if name is not None)


@dataclass(frozen=True, eq=False)
class Update(Value):
    """``left // right``; ``deep`` where sets in both are merged too, as by recursiveUpdate."""

    left: Value
    right: Value
    deep: bool = False


@dataclass(frozen=True, eq=False)
class Conditional(Value):
    """A set that is there under a condition only."""

    value: Value


@dataclass(frozen=True, eq=False)
class Mapped(Value):
    """A set with the names of another one, each value being what a function makes of it."""

    base: Value
    function: Value
    file: NixFile
    node: Node


@dataclass(frozen=True, eq=False)
class Built(Value):
    """A set of given names, all made by one function: ``genAttrs names function``."""

    names: Value
    function: Value
    file: NixFile
    node: Node


@dataclass(frozen=True, eq=False)
class Keyed(Value):
    """A set whose names are not known, such as systems, and whose values are all alike."""

    of_each: Callable[[], Value]


@dataclass(frozen=True, eq=False)
class PerSystem(Value):
    """The outputs that flake-utils makes of those of one system."""

    of_system: Callable[[], Value]


@dataclass(frozen=True, eq=False)
class FlakeParts(Value):
    """The outputs that flake-parts makes of modules, all of which were found."""

    modules: Callable[[], tuple[Value, ...]]


@dataclass(frozen=True, eq=False)
class FlakeItself(Value):
    """The flake of the repository, as its outputs see it under the name ``self``."""

    outputs: Callable[[], Value]


@dataclass(frozen=True, eq=False)
class OfSystem(Value):
    """The outputs of one system, as flake-parts gives them under the name ``self'``."""

    outputs: Value


@dataclass(frozen=True, eq=False)
class Arguments(Value):
    """What a function is called with from outside: some names are known, all others are there."""

    known: dict[str, Value]
    outside: Outside


@dataclass(frozen=True, eq=False)
class Directory(Value):
    """``readDir`` of a folder of the repository, or the names in it."""

    folder: PurePosixPath


@dataclass(frozen=True, eq=False)
class NamesOf(Value):
    """The names that a set has."""

    base: Value


@dataclass(frozen=True, eq=False)
class Pair(Value):
    """``{ name = …; value = …; }`` as nameValuePair makes it."""

    name: Value
    value: Value


@dataclass(frozen=True, eq=False)
class EachOf(Value):
    """A list that a function makes of the names in a folder."""

    folder: PurePosixPath
    function: Value


@dataclass(frozen=True, eq=False)
class Loaded(Value):
    """Packages that are loaded from a folder, and where the file of one belongs.

    ``pattern`` is the path of the file of a package with ``@`` in the place of its name.
    ``file`` and ``node`` are the loader.
    """

    folder: PurePosixPath
    pattern: str
    file: NixFile
    node: Node


@dataclass(frozen=True, eq=False)
class Called(Value):
    """What ``callPackage`` returns for a file or function of the repository: mostly a package."""

    callee: Value
    arguments: Value
    file: NixFile
    node: Node


def is_set(value: Value) -> bool:
    """Say whether a value is, or may be, a set."""
    return not isinstance(value, Text | RepositoryPath | Sequence_ | Function | Unknown) and not (
        isinstance(value, Outside) and value.name in ("null", "true", "false", "throw")
    )
