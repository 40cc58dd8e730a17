"""What a name in a set is bound to, for each kind of set that values are put together from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.base.names import SYSTEM
from scaffold.nixlang.nodes import Binding, Node
from scaffold.repository.follow.flakes import output_of
from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.values import (
    Arguments,
    Built,
    Called,
    Conditional,
    FlakeItself,
    FlakeParts,
    Keyed,
    Literal,
    Mapped,
    OfSystem,
    Outside,
    Pair,
    PerSystem,
    RepositoryPath,
    Text,
    Unknown,
    Update,
    Value,
    is_set,
)


def member(follower: Follows, value: Value, name: str | None) -> Value | None:
    """Return the value of a name in a set, None when it is not there for certain.

    Without a name it is that of any, which is how the sets of a flake's systems are seen.
    """
    match value:
        case Literal():
            return _of_literal(follower, value, name)
        case Update():
            return _of_update(follower, value, name)
        case Conditional():
            return follower.member(value.value, name)
        case Mapped() | Built():
            return _made(follower, value, name)
        case Keyed() | PerSystem() | FlakeParts() | FlakeItself() | OfSystem():
            return _of_outputs(follower, value, name)
        case Arguments():
            return value.known.get(str(name), replace(value.outside, name=str(name)))
        case Pair():
            return {"name": value.name, "value": value.value}.get(str(name))
        case Called():
            forced = follower.forced(value)
            return None if isinstance(forced, Called) else follower.member(forced, name)
        case Unknown():
            return value
        case Outside():
            return Outside(f"{value.name}.{name or '…'}", value.file, value.node)
    return None


def _of_update(follower: Follows, value: Update, name: str | None) -> Value | None:
    right, left = follower.member(value.right, name), None
    if right is None or value.deep or isinstance(value.right, Outside | Conditional):
        left = follower.member(value.left, name)
    if right is not None and left is not None:
        return Update(left, right) if is_set(left) and is_set(right) else left
    return right or left


def _made(follower: Follows, value: Mapped | Built, name: str | None) -> Value | None:
    """Return what a function makes of a name, and of what the name has in another set."""
    made = follower.call(value.function, Text(name or SYSTEM), value.file, value.node)
    if isinstance(value, Built):
        return made
    given = follower.member(value.base, name)
    return None if given is None else follower.call(made, given, value.file, value.node)


def _of_outputs(follower: Follows, value: Value, name: str | None) -> Value | None:
    """Return an output of a flake, or what it has for a system."""
    match value:
        case Keyed():
            return value.of_each()
        case PerSystem():
            found = follower.member(value.of_system(), name)
            return None if found is None else Keyed(lambda: found)
        case FlakeParts():
            return output_of(follower, value, name)
        case FlakeItself() if name == "outPath":
            return RepositoryPath(PurePosixPath())
        case FlakeItself():
            return follower.member(value.outputs(), name)
        case OfSystem():
            output = follower.member(value.outputs, name)
            return None if output is None else follower.member(output, None)
    return None


def _of_literal(follower: Follows, value: Literal, name: str | None) -> Value | None:
    parts: list[Value] = []
    at = len(value.prefix)
    for binding in value.node.bindings:
        if binding.is_inherit:
            if not at and name in binding.names:
                parts.append(_inherited(follower, value, binding, str(name)))
            continue
        if binding.path[:at] != value.prefix or len(binding.path) <= at:
            continue
        here = binding.path[at]
        if name is not None and here not in (name, None):
            continue
        if binding.value is not None and len(binding.path) == at + 1:
            parts.append(follower.later(value.file, binding.value, value.scope)())
        else:
            parts.append(replace(value, prefix=(*value.prefix, here)))
        if name is None and here in (None, SYSTEM):
            break
    if not parts:
        return None
    return parts[-1] if name is None else _put_together(parts)


def _put_together(parts: list[Value]) -> Value:
    """Return the set of several bindings of one name: ``a.b = 1; a.c = 2;``."""
    result = parts[0]
    for part in parts[1:]:
        if isinstance(part, Literal) and isinstance(result, Literal) and part.node is result.node:
            continue
        result = Update(result, part, deep=True)
    return result


def _inherited(follower: Follows, value: Literal, binding: Binding, name: str) -> Value:
    if binding.value is not None:
        source = follower.later(value.file, binding.value, value.scope)()
        found = follower.member(source, name)
        return found or Outside(name, value.file, value.node)
    # `inherit x;` in a recursive set or a `let` means the x around it
    bindings = (name in value.scope.names and value.node.text == "rec") or value.node.kind == "let"
    scope = value.scope.outer if bindings and value.scope.outer is not None else value.scope
    return follower.named(value.file, Node("name", value.node.start, value.node.end, name), scope)
