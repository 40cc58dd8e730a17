"""Calls of functions that are known by what their documentation says, with their arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scaffold.nixlang.nodes import Node
from scaffold.repository.files import NixFile
from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.values import Outside, Partial, Value


@dataclass(frozen=True)
class Call:
    """A call of a known function with all of its arguments, where it stands, and its name there."""

    follower: Follows
    arguments: tuple[Callable[[], Value], ...]
    file: NixFile
    node: Node
    name: str = ""

    def __getitem__(self, at: int) -> Value:
        """Return the value of an argument, which is found now."""
        return self.arguments[at]()

    def call(self, function: Value, *arguments: Value) -> Value:
        """Call a function with values."""
        for argument in arguments:
            function = self.follower.call(function, argument, self.file, self.node)
        return function

    def outside(self, name: str) -> Outside:
        """Return something that is not known."""
        return Outside(name, self.file, self.node)


Handler = Callable[[Call], Value]


@dataclass(frozen=True)
class Known:
    """Functions by the last part of their name: how many arguments each needs, and what it does."""

    functions: dict[str, tuple[int, Handler]] = field(default_factory=dict)

    def add(self, needed: int, *names: str) -> Callable[[Handler], Handler]:
        """Register what a function returns when it has so many arguments."""

        def register(handler: Handler) -> Handler:
            for name in names:
                self.functions[name] = (needed, handler)
            return handler

        return register

    def returns(self, at: int, needed: int, *names: str) -> None:
        """Register functions that return one of their arguments, or a set of its attributes."""
        self.add(needed, *names)(lambda call: call[at])


def apply(
    known: Mapping[str, tuple[int, Handler]],
    function: Outside,
    argument: Callable[[], Value],
    place: tuple[Follows, NixFile, Node],
) -> Value:
    """Return what a function from outside makes of one more argument."""
    follower, file, node = place
    last = function.last
    if last not in known:
        return Outside(f"{function.name} …", file, node)
    needed, handler = known[last]
    given = (*(function.thunks if isinstance(function, Partial) else ()), argument)
    if len(given) < needed:
        return Partial(function.name, file, node, given)
    return handler(Call(follower, given, file, node, function.name))
