"""What the functions that are known, and the parts of the follower, ask of the follower."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Protocol

from scaffold.nixlang.nodes import Node
from scaffold.repository.files import Files, NixFile
from scaffold.repository.follow.values import RepositoryPath, Scope, Value


class Follows(Protocol):
    """What functions and sets ask of the follower."""

    files: Files

    def value(self, file: NixFile, node: Node, scope: Scope) -> Value:
        """Return what is known of the value of an expression."""

    def later(self, file: NixFile, node: Node, scope: Scope) -> Callable[[], Value]:
        """Return the value of an expression, which is found when it is wanted."""

    def named(self, file: NixFile, node: Node, scope: Scope) -> Value:
        """Return the value of a name."""

    def apply(
        self, function: Value, argument: Callable[[], Value], file: NixFile, node: Node
    ) -> Value:
        """Return what a function makes of an argument that is found when it is wanted."""

    def call(self, function: Value, argument: Value, file: NixFile, node: Node) -> Value:
        """Return what a function makes of a value."""

    def member(self, value: Value, name: str | None) -> Value | None:
        """Return the value of a name in a set, None when it is not there for certain."""

    def forced(self, value: Value) -> Value:
        """Return the set that ``callPackage`` gives when what it calls returns one."""

    def imported(self, path: RepositoryPath, file: NixFile, node: Node) -> Value:
        """Return the value of a file that an expression imports."""

    def of_file(self, path: PurePosixPath) -> Value:
        """Return the value of a file, or of the default.nix of a folder."""
