"""What the text of a composition says: its roles, each with the expression that it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.migrate.adopt.names import NotUnderstoodError
from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.nix_file import NixFile

#: What NixOS Compose reads of a composition; ``nodes`` is the old name of ``roles``.
KNOWN = ("roles", "nodes", "rolesDistribution", "testScript", "dockerPorts")


@dataclass(frozen=True)
class RoleText:
    """A role as it is written: its expression, and the binding with the comments before it.

    ``many`` is the number of roles that ``helpers.makeMany`` makes of it, or that were written
    alike with a number each; 0 for one role.
    """

    name: str
    node: Node
    binding: Binding | None
    many: int = 0

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the roles that NixOS Compose sees."""
        numbers = range(1, self.many + 1)
        return tuple(f"{self.name}{number}" for number in numbers) if self.many else (self.name,)


@dataclass(frozen=True)
class CompositionText:
    """The text of a composition: ``body`` is the set that it returns.

    ``keys`` holds the value of each thing that NixOS Compose reads, a nested one (``roles.node``)
    under the first name with the set that holds it left out.
    """

    file: NixFile
    top: Node
    body: Node
    roles: tuple[RoleText, ...]

    @property
    def script(self) -> Node | None:
        """The expression of the test script, or None when there is none."""
        binding = self.body.binding("testScript")
        return binding.value if binding is not None else None


def read(file: NixFile, top: Node) -> CompositionText:
    """Return what the text of a composition says.

    Raises:
        NotUnderstoodError: the text does not tell its roles.

    """
    body = _body(file, top)
    roles: list[RoleText] = []
    for binding in body.bindings:
        names = binding.names if binding.is_inherit else binding.path[:1]
        for name in names:
            if name not in KNOWN:
                what = f"the composition has {name or 'a computed attribute'}, which has no place"
                raise NotUnderstoodError(file, binding, f"{what} in a project of the tool's")
        if binding.path[:1] in (("roles",), ("nodes",)) and binding.value is not None:
            roles += _roles_of(file, binding)
        elif binding.is_inherit and {"roles", "nodes"} & set(names):
            inherited = file.bound_around(body, str(names[0])) if binding.value is None else None
            if inherited is None:
                raise NotUnderstoodError(file, binding, "its roles are inherited from elsewhere")
            roles += _roles(file, inherited)
    if not roles:
        raise NotUnderstoodError(file, body, "it has no roles")
    return CompositionText(file, top, body, tuple(roles))


def numbered_alike(text: CompositionText) -> Iterator[RoleText]:
    """Yield roles that are written alike, name1 to nameN, as one role each."""
    by_name = {role.name: role for role in text.roles if not role.many}
    taken = {role.name for role in text.roles}
    for name, first in by_name.items():
        if not name.endswith("1") or not (base := name[:-1]) or base[-1].isdigit():
            continue
        alike = [first]
        while (role := by_name.get(f"{base}{len(alike) + 1}")) is not None:
            if text.file.source(role.node) != text.file.source(first.node):
                break
            alike.append(role)
        further = any(each.removeprefix(base).isdigit() for each in taken - {r.name for r in alike})
        if len(alike) > 1 and base not in taken and not further:
            yield RoleText(base, first.node, first.binding, len(alike))


def _body(file: NixFile, node: Node) -> Node:
    """Return the set that a composition returns: below one function, ``let`` and ``with``."""
    functions = 0
    while True:
        node = file.resolve(node)
        if node.kind == "lambda":
            functions += 1
            if functions > 1:
                what = "it is a function that returns the composition, so somebody else calls it"
                raise NotUnderstoodError(file, node, what)
        elif node.kind not in ("let", "with", "assert", "parentheses"):
            break
        node = node.body
    if node.kind != "set":
        raise NotUnderstoodError(file, node, "what it returns is not one set of attributes")
    return node


def _roles_of(file: NixFile, binding: Binding) -> Iterator[RoleText]:
    assert binding.value is not None  # noqa: S101 - an inherit was looked at before
    if len(binding.path) == 1:
        yield from _roles(file, binding.value)
    elif len(binding.path) == 2 and binding.path[1] is not None:
        yield RoleText(binding.path[1], file.resolve(binding.value), binding)
    else:
        raise NotUnderstoodError(file, binding, "a role is written as several bindings")


def _roles(file: NixFile, node: Node) -> Iterator[RoleText]:
    """Yield the roles of a set, of a union of sets, and of ``helpers.makeMany``."""
    node = file.resolve(node)
    while node.kind in ("let", "with", "parentheses"):
        node = file.resolve(node.body)
    if node.kind == "operation" and node.text == "//":
        for side in node.children:
            yield from _roles(file, side)
    elif node.kind == "set" and node.text != "let":
        for binding in node.bindings:
            yield from _bound(file, node, binding)
    elif node.kind == "apply" and _is_make_many(node):
        yield _many(file, node)
    else:
        raise NotUnderstoodError(file, node, "its roles are computed")


def _bound(file: NixFile, holder: Node, binding: Binding) -> Iterator[RoleText]:
    if binding.is_inherit:
        for name in binding.names:
            found = file.bound_around(holder, str(name)) if binding.value is None else None
            if found is None or name is None:
                raise NotUnderstoodError(file, binding, f"the role {name} is inherited")
            yield RoleText(name, file.resolve(found), None)
    elif len(binding.path) != 1 or binding.path[0] is None or binding.value is None:
        raise NotUnderstoodError(file, binding, "a role is computed, or several bindings")
    else:
        yield RoleText(binding.path[0], file.resolve(binding.value), binding)


def _is_make_many(node: Node) -> bool:
    head = node.children[0]
    return len(node.children) == 4 and head.kind == "select" and head.names == ("makeMany",)


def _many(file: NixFile, node: Node) -> RoleText:
    role, name, number = node.children[1:]
    text, count = file.resolve(name), file.resolve(number)
    if text.kind != "string" or text.children or count.kind != "int":
        raise NotUnderstoodError(file, node, "how many roles makeMany makes is computed")
    if not 1 <= int(count.text) <= 1000:
        raise NotUnderstoodError(file, node, f"makeMany makes {count.text} roles")
    return RoleText(text.text[1:-1], file.resolve(role), None, int(count.text))
