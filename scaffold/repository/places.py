"""The set of packages in a file of a repository, and the file with a package added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffold.nixlang.edits import apply_edits, insert_binding
from scaffold.nixlang.parser import Binding, Node, parse, walk

#: Functions of nixpkgs, flake-utils and flake-parts that return the attributes of an argument, by
#: its position: that of an unknown function is what it is given, never what it returns.
_PASSED_ON = {
    "recurseIntoAttrs": 1,
    "dontRecurseIntoAttrs": 1,
    "makeExtensible": 1,
    "fix": 1,
    "id": 1,
    "mapAttrs": 2,
    "genAttrs": 2,
    "forAllSystems": 1,
    "forEachSystem": 1,
    "eachSystem": 2,
    "eachDefaultSystem": 1,
    "filterAttrs": 2,
    "optionalAttrs": 2,
    "mkIf": 2,
    "makeScope": 2,
    "mkFlake": 2,
}


@dataclass(frozen=True)
class SetPlace:
    """A set that takes bindings.

    ``scope`` holds the names visible inside it, ``prefix`` what precedes a name (``packages.``
    where packages are bound one by one).
    """

    text: str
    node: Node
    scope: frozenset[str]
    prefix: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[tuple[str, Binding], ...]:
        """The bindings that the place is about, by name, ``inherit`` left out."""
        start = len(self.prefix)
        return tuple(
            (binding.path[start] or "", binding)
            for binding in self.node.bindings
            if len(binding.path) == start + 1
            and binding.path[:start] == self.prefix
            and binding.path[start] is not None
        )

    @property
    def names(self) -> frozenset[str]:
        """Every name that is taken here."""
        if self.prefix:
            return frozenset(name for name, _ in self.entries)
        return frozenset(self.node.bound())

    @property
    def packages(self) -> tuple[tuple[str, Binding], ...]:
        """The entries that call a package's file."""
        return tuple((name, b) for name, b in self.entries if called_file(b) is not None)

    def source(self, node: Node) -> str:
        """Return the text of a node of the file."""
        return self.text[node.start : node.end]


def results(node: Node) -> Iterator[Node]:
    """Yield the sets that an expression may evaluate to, or pass on, seen from its text alone."""
    match node.kind:
        case "set":
            yield node
        case "lambda" | "let" | "parentheses" | "with" | "assert":
            yield from results(node.children[-1])
        case "operation" | "list":
            for child in node.children:
                yield from results(child)
        case "if":
            for child in node.children[1:]:
                yield from results(child)
        case "apply":
            at = _PASSED_ON.get(head_name(node))
            if at is not None and at < len(node.children):
                yield from results(node.children[at])


def head_name(node: Node) -> str:
    """Return the last name of the function that an ``apply`` calls, or nothing."""
    head = node.children[0]
    return (head.names or (head.text if head.kind == "name" else "",))[-1]


def scope_at(root: Node, inner: Node) -> frozenset[str]:
    """Return the names bound by everything that encloses ``inner``, itself included if ``rec``."""
    names: set[str] = set()
    for node in walk(root):
        if node.start <= inner.start and inner.end <= node.end:
            names.update(node.names if node.kind == "lambda" else ())
            if node.kind == "let" or (node.kind == "set" and node.text == "rec"):
                names.update(node.bound())
    return frozenset(names)


def called_file(binding: Binding) -> Node | None:
    """Return the path of ``callPackage ./path { }``, or None for anything else."""
    value = binding.value
    if value is None or value.kind != "apply":
        return None
    head, *arguments = value.children
    name = head.names[-1] if head.kind == "select" and head.names else head.text
    if name.startswith("callPackage") and arguments and arguments[0].kind == "path":
        return arguments[0]
    return None


def result_place(text: str) -> SetPlace | None:
    """Return the set that a file evaluates to; of several, the one with the most packages."""
    root = parse(text)
    places = [SetPlace(text, node, scope_at(root, node)) for node in results(root)]
    return max(places, key=lambda p: len(p.packages), default=None)


def attribute_places(text: str, attribute: str) -> list[SetPlace]:
    """Return the sets that the bindings of ``attribute`` give, and those that bind below it."""
    root = parse(text)
    found: dict[int, SetPlace] = {}
    for node in (n for n in walk(root) if n.bindings):
        for binding in node.bindings:
            if attribute not in binding.path or binding.value is None:
                continue
            at = binding.path.index(attribute)
            inner = list(results(binding.value))
            if at == len(binding.path) - 2 and not inner:
                prefix = tuple(part or "" for part in binding.path[: at + 1])
                place = SetPlace(text, node, scope_at(root, node), prefix)
                found[node.start] = place
            elif len(binding.path) <= at + 2:
                for result in inner:
                    found[result.start] = SetPlace(text, result, scope_at(root, result))
    return list(found.values())


def with_binding(
    place: SetPlace, name: str, value: str, among: Sequence[tuple[str, Binding]]
) -> str:
    """Return the file with ``name = value;`` in the set.

    ``among`` are the bindings it belongs to: in order when they are, else after the last of them;
    at the end of the set when there are none.
    """
    edit = insert_binding(place.text, place.node, (*place.prefix, name), value, among)
    return apply_edits(place.text, [edit])


def common_call(place: SetPlace) -> str | None:
    """Return how most packages of the set are called, such as ``pkgs.callPackage``."""
    heads = Counter(
        place.source(b.value.children[0]) for _, b in place.packages if b.value is not None
    )
    return heads.most_common(1)[0][0] if heads else None
