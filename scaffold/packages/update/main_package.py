"""The package of a file that holds several: which version is its own, and what belongs to others.

A file may bind further packages that its own one needs, such as a dependency of an older version.
The package is what the file returns; what has a version of its own beside it is not looked at,
unless it takes something of the package, such as its source: then the two cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scaffold.nixlang.parser import Binding, Node, parse, walk
from scaffold.packages.update.dependence import Dependence, is_plain_version
from scaffold.packages.update.read_back import SELF

_NOTHING = "null"
#: So many lines are told.
_MOST_LINES = 5


class SeveralVersionsError(Exception):
    """A file says several versions, and which is the package's own is not clear."""


def tree_of_package(text: str) -> Node:
    """Return the tree of a package's file, without what belongs to other packages in it.

    Raises:
        NixSyntaxError: the text is no Nix.
        SeveralVersionsError: the package cannot be told from the others.

    """
    root = parse(text)
    versions = [b for node in walk(root) for b in node.bindings if is_plain_version(b)]
    if len(versions) < 2:
        return root
    lines = _lines(text, versions)
    version = _own_version(root)
    if version is None:
        raise SeveralVersionsError(
            f"it says several versions (lines {lines}), none of them as its own"
        )
    others = {_outermost(root, other, version) for other in versions if other is not version}
    if None in others:
        raise SeveralVersionsError(f"its versions (lines {lines}) cannot be told apart")
    found = [binding for binding in others if binding is not None]
    tree = _without(root, {id(binding) for binding in found})
    names = Dependence(tree).names
    for other in found:
        taken = sorted(names & set(_free(other.value))) if other.value is not None else []
        if taken:
            line = text.count("\n", 0, other.start) + 1
            what = (
                f"line {line} has a version of its own, and takes {', '.join(taken)} of the package"
            )
            raise SeveralVersionsError(what)
    return tree


def _lines(text: str, bindings: list[Binding]) -> str:
    numbers = [str(text.count("\n", 0, binding.start) + 1) for binding in bindings]
    more = f" and {len(numbers) - _MOST_LINES} more" if len(numbers) > _MOST_LINES else ""
    return ", ".join(numbers[:_MOST_LINES]) + more


def _own_version(root: Node) -> Binding | None:
    """Return the version of what a file returns, None when that is not one package."""
    scopes: list[Node] = []
    sets = list(_given(root, scopes))
    if not scopes and root.kind == "set":
        return None
    for node in sets:
        bound = [b for b in node.bindings if b.path == ("version",)]
        if len(bound) == 1 and is_plain_version(bound[0]):
            return bound[0]
    for scope in reversed(scopes):  # a version of the `let` around it
        bound = [b for b in scope.bindings if is_plain_version(b)]
        if len(bound) == 1:
            return bound[0]
    return None


def _given(node: Node, scopes: list[Node]) -> Iterator[Node]:
    """Yield the sets that the function which makes the package is given.

    The ``let`` that stand around them are added to ``scopes``.
    """
    match node.kind:
        case "let":
            scopes.append(node)
            yield from _given(node.body, scopes)
        case "lambda" | "with" | "assert" | "parentheses":
            yield from _given(node.body, scopes)
        case "apply":
            for argument in node.children[1:]:
                yield from _argument(argument, scopes)
            yield from _given(node.children[0], scopes)
        case "select":  # (mkDerivation { … }).overrideAttrs
            yield from _given(node.children[0], scopes)


def _argument(node: Node, scopes: list[Node]) -> Iterator[Node]:
    match node.kind:
        case "set":
            yield node
        case "operation" if node.text == "//":
            for child in node.children:
                yield from _argument(child, scopes)
        case "let":
            scopes.append(node)
            yield from _argument(node.body, scopes)
        case "lambda" | "with" | "assert" | "parentheses":
            yield from _argument(node.body, scopes)


def _outermost(root: Node, other: Binding, version: Binding) -> Binding | None:
    """Return the outermost binding around another version that does not hold the own one too.

    None when that is of the package's own source.
    """
    for node in walk(root):
        for binding in node.bindings:
            holds = binding.start <= other.start and other.end <= binding.end
            if holds and not binding.start <= version.start < binding.end:
                neighbours = version in node.bindings
                is_source = binding.path[:1] in (("src",), ("srcs",), ("version",))
                return None if neighbours and is_source else binding
    return None


def _without(node: Node, gone: set[int]) -> Node:
    """Return a tree in which the values of some bindings are ``null``."""
    bindings = tuple(_bound_without(binding, gone) for binding in node.bindings)
    children = tuple(_without(child, gone) for child in node.children)
    return replace(node, bindings=bindings, children=children)


def _bound_without(binding: Binding, gone: set[int]) -> Binding:
    value = binding.value
    if value is None:
        return binding
    if id(binding) in gone:
        return replace(binding, value=Node("name", value.start, value.end, _NOTHING))
    return replace(binding, value=_without(value, gone))


def _free(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the names that an expression takes from around it, and those of the package itself.

    The latter are what it selects of ``finalAttrs`` and its like.
    """
    match node.kind:
        case "name":
            if node.text not in bound:
                yield node.text
            return
        case "select":
            base = node.children[0].text
            if base in SELF and base not in bound:
                yield from node.names[:1]
        case "lambda":
            bound = bound | set(node.names)
    of_set = bound
    if node.kind == "let" or node.text in ("rec", "let"):
        bound = bound | set(node.bound())
    for binding in node.bindings:
        if binding.value is not None:
            yield from _free(binding.value, bound)
        else:
            yield from (name for name in binding.names if name and name not in of_set)
    for child in (*node.children, *node.computed):
        yield from _free(child, bound)
