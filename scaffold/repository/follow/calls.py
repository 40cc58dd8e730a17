"""Calls of the repository's own functions: arguments are bound, defaults are known."""

from __future__ import annotations

from collections.abc import Callable

from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.values import Arguments, Function, Outside, Scope, Value


def enter(follower: Follows, function: Function, argument: Callable[[], Value]) -> Value:
    """Return what a function of the repository makes of an argument."""
    node, file = function.node, function.file
    scope = Scope(outer=function.scope)
    if node.formals is None:
        scope.names[node.names[0]] = argument
        return follower.value(file, node.body, scope)
    if node.formals.whole:
        scope.names[node.formals.whole] = argument
    for formal in node.formals.arguments:
        default = formal.default
        fallback = follower.later(file, default, scope) if default is not None else None
        scope.names[formal.name] = _argument(follower, function, formal.name, argument, fallback)
    return follower.value(file, node.body, scope)


def _argument(
    follower: Follows,
    function: Function,
    name: str,
    argument: Callable[[], Value],
    fallback: Callable[[], Value] | None,
) -> Callable[[], Value]:
    """Return what an argument of the function is bound to: what is given, or its default."""

    def value() -> Value:
        given = argument()
        if isinstance(given, Arguments) and name not in given.known and fallback is not None:
            return fallback()
        found = follower.member(given, name)
        if found is None and fallback is not None:
            return fallback()
        return found or Outside(name, function.file, function.node)

    return value
