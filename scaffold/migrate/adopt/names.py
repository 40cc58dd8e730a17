"""Which names an expression takes from around it, and what around it binds them.

An expression can be copied to another file when everything that it names comes along: the bindings
of the ``let`` around it, and the arguments of the functions around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.nix_file import NixFile

#: Names that Nix itself binds (the manual, "Built-in Functions" and "Built-in Values").
BUILTIN = frozenset(
    {"abort", "baseNameOf", "break", "builtins", "derivation", "derivationStrict", "dirOf", "false",
     "fetchGit", "fetchMercurial", "fetchTarball", "fetchTree", "fetchurl", "fromTOML", "import",
     "isNull", "map", "null", "placeholder", "removeAttrs", "scopedImport", "throw", "toString",
     "true"}
)  # fmt: skip


class NotUnderstoodError(Exception):
    """The text cannot be taken apart; ``node`` is where."""

    def __init__(self, file: NixFile, node: Node | Binding, what: str) -> None:
        self.file, self.line, self.what = file, file.place(node.start)[0], what
        super().__init__(what)


@dataclass(frozen=True)
class Names:
    """The names that an expression takes from around it.

    ``perhaps`` are those below a ``with``: they come from its set unless something binds them.
    """

    surely: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()

    def __or__(self, other: Names) -> Names:
        """Return the names of both."""
        return Names(self.surely | other.surely, self.perhaps | other.perhaps)

    def without(self, names: Iterable[str]) -> Names:
        """Return the names but for some."""
        gone = frozenset(names)
        return Names(self.surely - gone, self.perhaps - gone)

    @property
    def every(self) -> frozenset[str]:
        """All of them."""
        return self.surely | self.perhaps


def free_names(node: Node) -> Names:
    """Return the names that an expression takes from around it, those of Nix itself left out."""
    return _free(node).without(BUILTIN)


def _free(node: Node) -> Names:
    if node.kind == "name":
        return Names() if node.text.startswith("__") else Names(frozenset({node.text}))
    bindings = _of_bindings(node)
    if node.kind == "with":
        scope, body = (_free(child) for child in node.children)
        return scope | Names(perhaps=body.every)
    children = _all(map(_free, (*node.children, *node.computed)))
    if node.kind == "let" or (node.kind == "set" and node.text in ("rec", "let")):
        outer = frozenset(n for b in node.bindings if _is_plain_inherit(b) for n in b.names if n)
        return (bindings | children).without(node.bound()) | Names(outer)
    if node.kind == "lambda":
        return (bindings | children).without(node.names)
    return bindings | children


def _all(names: Iterable[Names]) -> Names:
    found = Names()
    for each in names:
        found |= each
    return found


def _of_bindings(node: Node) -> Names:
    """Return what the bindings of a set or ``let`` name, as if none of them bound anything."""
    found = Names()
    recursive = node.kind == "let" or node.text in ("rec", "let")
    for binding in node.bindings:
        if _is_plain_inherit(binding) and not recursive:
            found |= Names(frozenset(name for name in binding.names if name))
        if binding.value is not None:
            found |= _free(binding.value)
        found |= _all(map(_free, binding.computed))
    return found


def _is_plain_inherit(binding: Binding) -> bool:
    return binding.is_inherit and binding.value is None


@dataclass(frozen=True)
class Surroundings:
    """What an expression needs to stand elsewhere.

    ``bindings`` are those of the ``let`` around it, in the order of the text; ``arguments`` the
    names that functions around it are called with; ``scopes`` the expressions of ``with``.
    """

    bindings: tuple[Binding, ...]
    arguments: frozenset[str]
    scopes: tuple[Node, ...] = ()


def surroundings(file: NixFile, node: Node, names: Iterable[str] = ()) -> Surroundings:
    """Return what an expression needs of what is around it, and what ``names`` need besides.

    Raises:
        NotUnderstoodError: something around it binds a name in a way that cannot be copied.

    """
    wanted = free_names(node) | Names(frozenset(names))
    found: list[Binding] = []
    arguments: set[str] = set()
    withs: list[Node] = []
    for around in file.enclosing(node):
        if around.kind == "let" or (around.kind == "set" and around.text == "rec"):
            needed = list(_needed(around, wanted.every))
            found += needed
            outer = {n for b in needed if _is_plain_inherit(b) for n in b.names if n}
            wanted = (wanted | _all(map(_names_in, needed))).without(around.bound())
            wanted |= Names(frozenset(outer))
        elif around.kind == "lambda":
            whole = around.formals.whole if around.formals is not None else around.names[0]
            if whole and whole in wanted.every:
                what = f"{whole}, all arguments of the composition as one, is used in it"
                raise NotUnderstoodError(file, around, what)
            arguments |= wanted.every & set(around.names)
            wanted = wanted.without(around.names)
        elif around.kind == "with":
            withs.append(around.children[0])
    scopes = tuple(reversed(withs)) if wanted.every else ()
    for scope in scopes:
        arguments |= free_names(scope).every
    if wanted.surely and not withs:
        name = sorted(wanted.surely)[0]
        raise NotUnderstoodError(file, node, f"nothing around it binds {name}")
    ordered = tuple(sorted(found, key=lambda binding: binding.start))
    return Surroundings(ordered, frozenset(arguments), scopes)


def _needed(around: Node, wanted: frozenset[str]) -> Iterator[Binding]:
    """Yield the bindings that names need, and those that these need in turn."""
    waiting, seen = set(wanted), set[str]()
    chosen: set[Binding] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for binding in around.bindings:
            if binding in chosen or name not in (*binding.path[:1], *binding.names):
                continue
            chosen.add(binding)
            waiting |= _names_in(binding).every - seen
    yield from (binding for binding in around.bindings if binding in chosen)


def _names_in(binding: Binding) -> Names:
    nodes = [*binding.computed, *([binding.value] if binding.value is not None else [])]
    return _all(map(_free, nodes)).without(BUILTIN)
