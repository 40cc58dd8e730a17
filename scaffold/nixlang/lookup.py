"""Finding what an attribute path names in a set of a Nix file, as it is written there.

Only what the text of the set itself says is found: ``a.b = 1;``, ``a = { b = 1; };`` and both
together. What an ``inherit``, a function or an update gives is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.nixlang.nodes import Binding, Node


def unwrapped(node: Node) -> Node:
    """Return what is in the parentheses around an expression, if there are any."""
    while node.kind == "parentheses":
        node = node.body
    return node


def bindings_of(node: Node, path: Sequence[str]) -> Iterator[Binding]:
    """Yield the bindings of a set (or ``let``) that define the attribute at a path.

    Those that define a part of it, or that it is a part of, are yielded too:
    ``services.nginx`` yields those of ``services.nginx = …;``, of ``services = { nginx = …; };``
    and of ``services.nginx.enable = …;``, in the order of the text; an ``inherit`` of the name is
    yielded too.
    """
    wanted = tuple(path)
    for binding in unwrapped(node).bindings:
        if binding.is_inherit:
            if len(wanted) == 1 and wanted[0] in binding.names:
                yield binding
        elif binding.path[: len(wanted)] == wanted:
            yield binding
        elif binding.path == wanted[: len(binding.path)] and binding.value is not None:
            yield from bindings_of(binding.value, wanted[len(binding.path) :])


def binding_of(node: Node, path: str | Sequence[str]) -> Binding | None:
    """Return the one binding of exactly this path (``"a.b"`` or its parts), or None.

    None also where an ``inherit`` gives the name, and where it is bound only part by part.
    """
    parts = path.split(".") if isinstance(path, str) else tuple(path)
    for binding in bindings_of(node, parts):
        if not binding.is_inherit and _depth(node, binding) == len(parts):
            return binding
    return None


def value_of(node: Node, path: str | Sequence[str]) -> Node | None:
    """Return the value that a set gives an attribute path (``"a.b"`` or its parts), or None."""
    binding = binding_of(node, path)
    return binding.value if binding else None


def _depth(node: Node, wanted: Binding) -> int:
    """Return how many names a binding in a set has in its path."""
    depth, here = 0, unwrapped(node)
    while True:
        for binding in here.bindings:
            if binding is wanted:
                return depth + len(binding.path)
            if binding.value is not None and binding.start <= wanted.start < binding.end:
                depth, here = depth + len(binding.path), unwrapped(binding.value)
                break
        else:
            return depth
