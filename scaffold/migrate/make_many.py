"""Roles that a composition multiplies by itself, told to NixOS Compose as a role and its number.

``{ … } // helpers.makeMany node "node" 2`` makes the roles node1 and node2, which NixOS Compose of
23.05 took amiss. One role ``node`` with ``rolesDistribution = { node = 2; }`` gives hosts of the
same names, from two on: one host would be called node on docker and node1 elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.catalogue.migrations import Migration
from scaffold.migrate.draft import Draft
from scaffold.migrate.scopes import base_of
from scaffold.nixlang.edits import Edit, delete_binding, insert_after, replace_node
from scaffold.nixlang.nodes import Binding, Node
from scaffold.nixlang.quote import nix_attr
from scaffold.survey.nix_file import NixFile, result_of, text_of

_FUNCTION = ("helpers", "makeMany")
_DISTRIBUTION = "rolesDistribution"


@dataclass(frozen=True)
class _Call:
    """One call: what is multiplied, the role's name, how many; ``counter`` is a name for that."""

    node: Node
    base: Node
    role: str
    count: int
    counter: Binding | None


def distribute(draft: Draft, compositions: list[str], rule: Migration) -> None:
    """Rewrite the calls whose number and name are written out; others are left to a person."""
    for name in compositions:
        file = draft.nix(name)
        top = result_of(file.tree) if file is not None else None
        if file is None or top is None or top.kind != "set":
            continue
        roles = top.binding("roles") or top.binding("nodes")
        calls = list(_calls(file, roles)) if roles is not None else []
        operands = _operands(calls, roles)
        home = next((each for each in operands if each.kind == "set" and each.bindings), None)
        if roles is None or not calls or home is None or _is_told(top, calls):
            continue
        edits = [
            *_without(operands, [call.node for call in calls]),
            _with_roles(file, home, calls),
            _counted(file, top, roles, calls),
            *_unused(file, calls),
        ]
        for call in calls:
            what = f"helpers.makeMany → {_DISTRIBUTION}.{nix_attr(call.role)} = {call.count}"
            draft.tell_done(file, call.node.start, what, rule.name)
        draft.edit(name, edits)


def _is_told(top: Node, calls: list[_Call]) -> bool:
    """Say whether numbers are told in a way that nothing can be added to, or of these roles."""
    given = top.binding(_DISTRIBUTION)
    if given is None:
        return any(binding.path[:1] == (_DISTRIBUTION,) for binding in top.bindings)
    known = set(given.value.bound()) if given.value is not None else set()
    is_set = given.value is not None and given.value.kind == "set"
    return not is_set or bool(known & {call.role for call in calls})


def _operands(calls: list[_Call], roles: Binding | None) -> list[Node]:
    """Return what the roles are put together from by ``//``, when every call is among it."""
    found = list(_joined(_body(roles.value))) if roles is not None and roles.value else []
    return found if all(call.node in found for call in calls) else []


def _body(node: Node) -> Node:
    """Return what an expression gives, behind ``let`` and parentheses."""
    while node.kind in ("let", "parentheses"):
        node = node.body
    return node


def _joined(node: Node) -> Iterator[Node]:
    if node.kind == "operation" and node.text == "//":
        for child in node.children:
            yield from _joined(child)
    else:
        yield node


def _calls(file: NixFile, roles: Binding) -> Iterator[_Call]:
    """Yield the calls in the roles of which everything is known."""
    whole = roles.value
    for node in _joined(_body(whole)) if whole is not None else ():
        if node.kind != "apply" or len(node.children) != 4:
            continue
        function, base, name, number = node.children
        role = text_of(name)
        if base_of(function) != _FUNCTION or not role or role[-1:].isdigit():
            continue
        counter = _bound(file, number)
        value = counter.value if counter is not None else number
        if value is not None and value.kind == "int" and int(value.text) > 1:
            yield _Call(node, base, role, int(value.text), counter)


def _bound(file: NixFile, number: Node) -> Binding | None:
    """Return the binding of a ``let`` around a name, the nearest one."""
    if number.kind != "name":
        return None
    for around in file.enclosing(number):
        if around.kind == "lambda" and number.text in around.names:
            return None
        if around.kind == "let" and (found := around.binding(number.text)) is not None:
            return found
    return None


def _without(operands: list[Node], gone: list[Node]) -> Iterator[Edit]:
    """Yield the edits that take operands out, each with the operator beside it."""
    kept = next(index for index, each in enumerate(operands) if each not in gone)
    for index, each in enumerate(operands):
        if each in gone:
            behind = index > kept
            start = operands[index - 1].end if behind else each.start
            yield Edit(start, each.end if behind else operands[index + 1].start, "")


def _with_roles(file: NixFile, home: Node, calls: list[_Call]) -> Edit:
    """Return the edit that adds the roles to the set of the others."""
    lines = []
    for call in calls:
        base = file.source(call.base)
        same = call.base.kind == "name" and base == call.role
        lines.append(f"inherit {base};" if same else f"{nix_attr(call.role)} = {base};")
    return insert_after(file.text, home.bindings[-1], " ".join(lines))


def _counted(file: NixFile, top: Node, roles: Binding, calls: list[_Call]) -> Edit:
    """Return the edit that says how many hosts each role has."""
    numbers = " ".join(f"{nix_attr(call.role)} = {call.count};" for call in calls)
    given = top.binding(_DISTRIBUTION)
    value = given.value if given is not None else None
    if value is None or value.kind != "set":
        return insert_after(file.text, roles, f"{_DISTRIBUTION} = {{ {numbers} }};")
    if not value.bindings:
        return replace_node(value, f"{{ {numbers} }}")
    return insert_after(file.text, value.bindings[-1], numbers)


def _unused(file: NixFile, calls: list[_Call]) -> Iterator[Edit]:
    """Yield the edits that take out the names of numbers that nothing else uses."""
    for call in calls:
        counter = call.counter
        if counter is None:
            continue
        uses = [n for n in file.nodes if n.kind == "name" and n.text == counter.path[0]]
        holder = next(n for n in file.nodes if n.kind == "let" and counter in n.bindings)
        if len(uses) == 1 and len(holder.bindings) > 1:
            yield delete_binding(file.text, counter)
