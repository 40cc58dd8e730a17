"""Paths and strings of a repository's files, put together with what is interpolated in them."""

from __future__ import annotations

from pathlib import PurePosixPath

from scaffold.nixlang.nodes import Node
from scaffold.nixlang.strings import string_value, unescaped
from scaffold.repository.files import NixFile
from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.values import (
    FlakeItself,
    Outside,
    RepositoryPath,
    Scope,
    Text,
    Value,
)
from scaffold.repository.patterns import normal_path

#: What a string begins with when it is the path of a file of the repository.
PATHS = (RepositoryPath, FlakeItself)


def path_at(follower: Follows, file: NixFile, node: Node, scope: Scope) -> Value:
    """Return the path that is written at a node, relative to the repository's root."""
    if node.text[:1] in "/~":
        return Outside(node.text, file, node)
    pieces = _pieces(follower, file, node, scope, node.start, node.end)
    if pieces is None:
        return Outside("a path", file, node)
    return normal(f"{file.path.parent}/{''.join(pieces)}") or Outside(node.text, file, node)


def string_at(follower: Follows, file: NixFile, node: Node, scope: Scope) -> Value:
    """Return a string, or the path that one such as ``"${./pkgs}/a"`` means."""
    plain = string_value(node)
    if plain is not None:
        return Text(plain)
    mark = 1 if node.kind == "string" else 2
    pieces = _pieces(follower, file, node, scope, node.start + mark, node.end - mark)
    if pieces is None:
        return Outside("a text", file, node)
    text = "".join(pieces)
    if pieces[0] == "" and isinstance(follower.later(file, node.children[0], scope)(), PATHS):
        return normal(text) or Outside("a text", file, node)
    return Text(text)


def _pieces(
    follower: Follows, file: NixFile, node: Node, scope: Scope, start: int, end: int
) -> list[str] | None:
    """Return the texts of a string or path and of what is interpolated; None if unknown."""
    pieces: list[str] = []
    at = start
    for child in node.children:
        opening = file.text.rindex("${", at, child.start)
        pieces.append(unescaped(file.text[at:opening]))
        value = follower.later(file, child, scope)()
        if isinstance(value, Text):
            pieces.append(value.text)
        elif isinstance(value, RepositoryPath):
            pieces.append(str(value.path))
        elif isinstance(value, FlakeItself):
            pieces.append(".")
        else:
            return None
        at = file.text.index("}", child.end) + 1
    return [*pieces, unescaped(file.text[at:end])]


def joined(left: Value, right: Value) -> Value | None:
    """Return ``left + right`` of paths and texts, None when either is not known."""
    if isinstance(left, Text) and isinstance(right, Text):
        return Text(left.text + right.text)
    if isinstance(left, RepositoryPath) and isinstance(right, Text):
        return normal(f"{left.path}{right.text}")
    if isinstance(left, RepositoryPath) and isinstance(right, RepositoryPath):
        return normal(f"{left.path}/{right.path}")
    return None


def normal(text: str) -> RepositoryPath | None:
    """Return a path of the repository without ``.`` and ``..``; None when it leaves the root."""
    path = normal_path(PurePosixPath(), text)
    return RepositoryPath(path) if path is not None else None
