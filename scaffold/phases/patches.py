"""Adding a patch to the ``patches`` of a package, in its own file and without disturbing it.

The edit is made where the tree of the file says beyond doubt what it means; anything else is
refused, with the reason. The caller evaluates the package afterwards: that the patch is used is
never assumed.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.nixlang.edits import Edit, apply_edits, insert_after, insert_element
from scaffold.nixlang.nodes import Binding, Node, Place, walk
from scaffold.nixlang.parser import NixSyntaxError, parse
from scaffold.nixlang.places import offset_of

#: Values that take no ``++`` at their end: what follows would belong to their last part.
_LOOSE = {"if": "if", "let": "let", "with": "with", "assert": "assert", "lambda": ":"}
#: Operators that bind weaker than ``++``.
_WEAKER = frozenset({"->", "||", "&&", "==", "!=", "<", ">", "<=", ">=", "//", "!", "+", "-",
                     "*", "/", "|>", "<|"})  # fmt: skip


class RefusedError(Exception):
    """The edit cannot be made safely; the text says why."""


def with_patch(content: bytes, place: Place, entry: str) -> bytes:
    """Return the package file with ``entry`` (``./x.patch``) in the patches of a derivation.

    ``place`` is one of the derivation's own attributes in this file. The content is returned
    unchanged when the entry is there already.

    Raises:
        RefusedError: what the file says is not plain enough.

    """
    text = content.decode("utf-8", "surrogateescape")
    try:
        tree = parse(text)
    except NixSyntaxError as error:
        raise RefusedError(f"it is no valid Nix: {error}") from error
    offset = offset_of(text, place.line, place.column)
    path = _path_to_set(tree, offset)
    _require_call(path)
    node = path[-1]
    edit = _edit(text, node, next(b for b in node.bindings if b.start == offset), entry)
    return apply_edits(text, [edit] if edit else []).encode("utf-8", "surrogateescape")


def _path_to_set(tree: Node, offset: int | None) -> list[Node]:
    """Return the nodes from the top of a file down to the set with the binding at an offset."""
    if offset is None:
        raise RefusedError("the file does not look as nix saw it")
    for node in walk(tree):
        if any(binding.start == offset for binding in node.bindings):
            if node.kind != "set":
                raise RefusedError("there is no attribute set around its attributes")
            return [*_around(tree, node), node]
    raise RefusedError("the file does not look as nix saw it")


def _around(tree: Node, inner: Node) -> Iterator[Node]:
    """Yield what encloses a node, the outermost first."""
    for node in walk(tree):
        if node is not inner and node.start <= inner.start and inner.end <= node.end:
            yield node


def _require_call(path: list[Node]) -> None:
    """Refuse a set that is not the argument of a call: it may be shared by several packages."""
    node = path[-1]
    for outer in reversed(path[:-1]):
        if outer.kind == "apply":
            at = outer.children.index(node)
            # behind a path (`import ./generic.nix { … }`) a set is what another file makes of it
            if at == 0 or outer.children[at - 1].kind not in ("name", "select"):
                break
            return
        is_first = outer.kind == "operation" and outer.text == "//" and outer.children[0] is node
        is_body = outer.kind == "lambda" and outer.body is node
        if is_body and not _is_argument(outer, path):
            raise RefusedError("its attributes are the body of a function")
        if not (is_first or is_body or outer.kind == "parentheses"):
            break
        node = outer
    raise RefusedError("its attributes are not written in the call that makes the derivation")


def _is_argument(function: Node, path: list[Node]) -> bool:
    """Say whether a function stands in parentheses, as one that is given to a call does."""
    return any(node.kind == "parentheses" and node.body is function for node in path)


def _edit(text: str, node: Node, at: Binding, entry: str) -> Edit | None:
    """Return the edit of a set, None when the entry is there; ``at`` is one of its bindings."""
    after = at
    for binding in node.bindings:
        if "patches" in binding.names:
            raise RefusedError("its patches are inherited from elsewhere")
        if binding.path == ("patches",) and binding.value is not None:
            return _added(text, binding.value, entry)
        if binding.path[:1] == ("patches",):
            raise RefusedError("its patches are set in a form that is not known")
    for binding in node.bindings:
        if binding.path == ("src",):
            after = binding
    return insert_after(text, after, f"patches = [ {entry} ];")


def _added(text: str, value: Node, entry: str) -> Edit | None:
    """Return the edit that adds an element to a list that is there."""
    if any(node.kind == "path" and node.text == entry for node in walk(value)):
        return None
    first = value
    while first.kind == "operation" and first.text == "++":
        first = first.children[0]
    if first.kind == "list":
        return insert_element(text, first, entry)
    if value.kind in _LOOSE:
        raise RefusedError(f"its patches are a value with {_LOOSE[value.kind]!r}")
    if value.kind == "operation" and value.text in _WEAKER:
        raise RefusedError(f"its patches are a value with {value.text!r}")
    return Edit(value.end, value.end, f" ++ [ {entry} ]")
