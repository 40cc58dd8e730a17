"""Attributes that one set defines twice: Nix parses such a file and then refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaffold.nixlang.edits import Edit, apply_edits
from scaffold.nixlang.lookup import unwrapped
from scaffold.nixlang.nodes import Binding, Node, walk
from scaffold.nixlang.parser import parse

#: How many parts of a path are looked at; sets that lie deeper are looked at by themselves.
_DEEPEST = 12
Path = tuple[str, ...]


def defined_twice(root: Node) -> tuple[Binding, ...]:
    """Return the bindings that define what one before them defines, in any set or ``let``.

    Sets that are written out are one: ``a = { b = 1; }; a.c = 2;`` is fine, and ``a.b = 2;`` beside
    it is not. Names that are computed are not looked at.
    """
    found: dict[Binding, None] = {}
    for node in walk(root):
        if node.kind in ("set", "let"):
            found |= dict.fromkeys(_of(node))
    return tuple(found)


def makes_twice(text: str, edits: Iterable[Edit | tuple[int, int, str]]) -> bool:
    """Say whether edits of a file make it define something twice that it did not before.

    Raises:
        NixSyntaxError: the text cannot be parsed, before or after.

    """
    after = apply_edits(text, edits)
    return len(defined_twice(parse(after))) > len(defined_twice(parse(text)))


def _of(node: Node) -> Iterator[Binding]:
    taken: dict[Path, bool] = {}  # path → whether it is a value, and not a set that may grow
    for path, binding, is_value in _paths(node):
        above = [path[:length] for length in range(1, len(path))]
        if any(taken.get(place) for place in above) or (
            path in taken and (is_value or taken[path])
        ):
            yield binding
            continue
        for place in above:
            taken.setdefault(place, False)
        taken[path] = is_value


def _paths(node: Node) -> Iterator[tuple[Path, Binding, bool]]:
    """Yield path, binding and whether it is a value for everything that a set says at once."""
    waiting: list[tuple[Path, Binding]] = [((), binding) for binding in reversed(node.bindings)]
    while waiting:
        prefix, binding = waiting.pop()
        if binding.is_inherit:
            for name in binding.names:
                if name is not None:
                    yield (*prefix, name), binding, True
            continue
        parts = [part for part in binding.path if part is not None]
        if len(parts) < len(binding.path):
            continue
        path = (*prefix, *parts)
        value = unwrapped(binding.value) if binding.value is not None else None
        is_set = value is not None and value.kind == "set" and not value.text
        yield path, binding, not is_set
        if value is not None and is_set and len(path) < _DEEPEST:
            waiting += [(path, inner) for inner in reversed(value.bindings)]
