"""Values that are found when they are first wanted."""

from __future__ import annotations

from collections.abc import Callable

from scaffold.nixlang.nodes import Node
from scaffold.repository.files import NixFile
from scaffold.repository.follow.values import Scope, Unknown, Value

#: What returns the value of an expression of a file.
Find = Callable[[NixFile, Node, Scope], Value]


class Thunk:
    """A value that is found when it is first wanted; one that depends on itself is unknown."""

    def __init__(
        self, find: Callable[[NixFile, Node, Scope], Value], file: NixFile, node: Node, scope: Scope
    ) -> None:
        self._find, self._scope = find, scope
        self._file, self._node = file, node
        self._value: Value | None = None
        self._busy = False

    def __call__(self) -> Value:
        """Return the value."""
        if self._value is None:
            if self._busy:
                return Unknown("it depends on itself", self._file, self._node)
            self._busy = True
            try:
                self._value = self._find(self._file, self._node, self._scope)
            finally:
                self._busy = False
        return self._value
