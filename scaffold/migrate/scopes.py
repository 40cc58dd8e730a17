"""Where in Nix files options are set and names are used: what the migrations of names look at."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.nix_file import NixFile

Path = tuple[str, ...]
#: Functions of nixpkgs' lib that leave a definition what it is.
_TRANSPARENT = frozenset({"mkIf", "mkMerge", "mkForce", "mkDefault", "mkBefore", "mkAfter"})


@dataclass(frozen=True)
class Definition:
    """A binding with the names of the sets around it: ``services.x = { y = 1; };`` gives x.y too.

    ``prefix`` are the names outside, ``binding`` has the rest of the path and the value.
    """

    prefix: Path
    binding: Binding

    @property
    def path(self) -> Path:
        """The whole path, a part that is computed as ``*``."""
        return (*self.prefix, *(part or "*" for part in self.binding.path))


@lru_cache(maxsize=4096)
def definitions(tree: Node) -> tuple[Definition, ...]:
    """Return every binding of every set of a file, the outer ones first.

    A function starts anew: its body is a module, a role or a package of its own.
    """
    found: list[Definition] = []
    waiting: list[tuple[Node, Path]] = [(tree, ())]
    while waiting:
        node, prefix = waiting.pop()
        inner: list[tuple[Node, Path]] = []
        if node.kind == "set":
            for binding in node.bindings:
                if binding.path:
                    one = Definition(prefix, binding)
                    found.append(one)
                    if binding.value is not None:
                        inner.append((binding.value, one.path))
                elif binding.value is not None:
                    inner.append((binding.value, ()))
        elif node.kind == "let":
            inner += [(b.value, _of_let(b)) for b in node.bindings if b.value is not None]
            inner.append((node.body, prefix))
        elif node.kind in ("with", "assert", "if"):
            first, *rest = node.children
            inner += [(first, ()), *((child, prefix) for child in rest)]
        elif node.kind == "parentheses" or (node.kind == "operation" and node.text in ("//", "++")):
            inner += [(child, prefix) for child in node.children]
        elif node.kind == "apply" and _last(node.children[0]) in _TRANSPARENT:
            inner += [(child, prefix) for child in node.children[1:]]
        elif node.kind == "list":
            inner += [(child, prefix) for child in node.children]
        else:
            inner += [(child, ()) for child in node.children]
        inner += [(child, ()) for child in node.computed]
        waiting += reversed(inner)
    return tuple(found)


def _of_let(_: Binding) -> Path:
    """The names of a ``let`` are no options."""
    return ()


def _last(node: Node) -> str:
    if node.kind == "name":
        return node.text
    return node.names[-1] if node.kind == "select" and node.names else ""


def ends_with(path: Path, option: Path) -> bool:
    """Say whether a path is that of an option, whatever stands before it (``config``, a role)."""
    return path[-len(option) :] == option


def holds(path: Path, option: Path) -> bool:
    """Say whether a path is that of an option or of something in it."""
    return any(path[n : n + len(option)] == option for n in range(len(path) - len(option) + 1))


def selected(file: NixFile) -> Iterator[tuple[Node, Path]]:
    """Yield every selection with the whole path that it selects: ``(pkgs.a).b`` is pkgs, a, b."""
    for node in file.nodes:
        if node.kind == "select":
            base = base_of(node.children[0])
            if base:
                yield node, (*base, *node.names)


def base_of(node: Node) -> Path:
    """Return the names that an expression selects, or nothing when it is something else."""
    while node.kind == "parentheses":
        node = node.children[0]
    if node.kind == "name":
        return (node.text,)
    if node.kind == "select":
        inner = base_of(node.children[0])
        return (*inner, *node.names) if inner else ()
    return ()


def of_with(file: NixFile, scope: str, wanted: Container[str] | None = None) -> Iterator[Node]:
    """Yield the names that a ``with`` brings, such as those of ``with pkgs; [ jq ]``.

    ``scope`` is the last name of what the ``with`` is of: ``pkgs``, ``lib``. With ``wanted``, only
    these names are looked at.
    """
    found = [
        node
        for node in file.nodes
        if node.kind == "with" and (base_of(node.children[0]) or ("",))[-1] == scope
    ]
    for scoped in found:
        body = scoped.children[1]
        for node in file.nodes:
            inside = body.start <= node.start and node.end <= body.end
            asked = inside and node.kind == "name" and (wanted is None or node.text in wanted)
            if asked and not is_bound(file, node):
                yield node


def is_bound(file: NixFile, node: Node) -> bool:
    """Say whether an argument, a ``let`` or a recursive set around a name binds it."""
    for around in file.enclosing(node):
        if around.kind == "lambda" and node.text in around.names:
            return True
        if around.kind == "let" and node.text in around.bound():
            return True
        if around.kind == "set" and around.text == "rec" and node.text in around.bound():
            return True
    return False


def path_end(file: NixFile, binding: Binding) -> int:
    """Return where the attribute path of a binding ends: before its ``=`` and the blanks there."""
    end = binding.value.start if binding.value is not None else binding.end
    head = file.text[binding.start : end]
    return binding.start + len(head[: head.rindex("=")].rstrip())
