"""The values of operations, such as ``//``, and of ``if``."""

from __future__ import annotations

from collections.abc import Callable

from scaffold.nixlang.nodes import Node
from scaffold.repository.files import NixFile
from scaffold.repository.follow import texts
from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.values import (
    Conditional,
    Outside,
    Scope,
    Sequence_,
    Update,
    Value,
    is_set,
)


def condition_at(follower: Follows, file: NixFile, node: Node, scope: Scope) -> Value:
    """Return what ``if`` gives: the sets of its branches, each under a condition."""
    one, other = (follower.value(file, child, scope) for child in node.children[1:])
    sets = [value for value in (one, other) if is_set(value)]
    if len(sets) == 2:
        return Update(Conditional(sets[0]), Conditional(sets[1]))
    if sets:
        return Conditional(sets[0])
    return Outside("a condition", file, node)


def operation_at(follower: Follows, file: NixFile, node: Node, scope: Scope) -> Value:
    """Return the value of an operation, of which those on sets, lists and calls are known."""
    if node.text == "|>":
        function = follower.value(file, node.children[1], scope)
        return follower.apply(function, follower.later(file, node.children[0], scope), file, node)
    if node.text == "<|":
        function = follower.value(file, node.children[0], scope)
        return follower.apply(function, follower.later(file, node.children[1], scope), file, node)
    if node.text not in ("//", "++", "+") or len(node.children) < 2:
        return Outside("a number or a truth value", file, node)
    left, right = (follower.value(file, child, scope) for child in node.children)
    if node.text == "//":
        return Update(left, right)
    if node.text == "++" and isinstance(left, Sequence_) | isinstance(right, Sequence_):
        return Sequence_((*_items(left), *_items(right)))
    if node.text == "+":
        return texts.joined(left, right) or Outside("a text", file, node)
    return Outside("a list", file, node)


def _items(value: Value) -> tuple[Callable[[], Value], ...]:
    """Return the elements of a list; one that is not known is taken for one such element."""
    return value.items if isinstance(value, Sequence_) else (lambda: value,)
