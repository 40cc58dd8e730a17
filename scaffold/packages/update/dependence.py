"""Which expressions of a package's file have another value when its version is another.

The version itself, everything bound to an expression that names it (``src``, or a ``name`` that an
address is made of), and so on. A hash beside such an expression is the hash of something that
changes, such as ``fetchNpmDeps { inherit (finalAttrs) src; hash = …; }``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffold.nixlang.parser import Binding, Node, walk
from scaffold.packages.update.read_back import SELF, main_bindings

_HASH = re.compile(r"hash|sha1|sha256|sha512|md5|\w+(Hash|Sha256|Sha512)")
#: Attributes that may hold one, such as ``hashLinux``: what they are bound to says it.
_PERHAPS = re.compile(r"(\w*[a-z])?([Hh]ash|[Ss]ha256|[Ss]ha512)([A-Z_]\w*)")
#: Attributes that end like a hash, and those of a fetcher that change nothing of what it fetches.
_NO_HASH = frozenset({"recursiveHash"})
_HARMLESS = frozenset({"name", "pname", "meta", "passthru"})
#: What a hash looks like, in each way to write one; an empty text and zeros stand for one to come.
_LOOKS_LIKE_HASH = re.compile(
    r"|(sha(1|256|512)|md5)[-:][A-Za-z0-9+/]*=*|[0-9a-f]{32,128}|[0-9a-z]{32,104}"
)


@dataclass(frozen=True)
class Place:
    """One hash that depends on the version: the attribute that gives it, and where its text is."""

    name: str
    binding: Binding
    value: Node


class Dependence:
    """The names of one file that depend on the version, and the hashes of what they make."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.main = main_bindings(root)
        self.bound: dict[str, Node] = {}
        for node in walk(root):
            is_scope = node.kind == "let" or (node.kind == "set" and node.text == "rec")
            if is_scope or node.bindings is self.main:
                for binding in node.bindings:
                    if len(binding.path) == 1 and binding.value is not None:
                        self.bound[str(binding.path[0])] = binding.value
        self.names = self._names({"version"})

    def edited(self, places: list[tuple[int, int]]) -> None:
        """Take what holds an edited text, such as a source with its commit, for dependent too."""
        more = {n for n, v in self.bound.items() if _holds(v, places)}
        self.names = self._names(self.names | more)

    def _names(self, first: Iterable[str]) -> frozenset[str]:
        names = frozenset(first)
        while True:
            more = {n for n, value in self.bound.items() if self._mentions(value, names)}
            if more <= names:
                return names
            names |= more

    def depends(self, node: Node) -> bool:
        """Say whether an expression names something that depends on the version."""
        return self._mentions(node, self.names)

    def _mentions(self, node: Node, names: frozenset[str]) -> bool:
        return any(
            (n.kind == "name" and n.text in names)
            or (n.kind == "select" and _selects(n, names))
            or any(_inherits(b, names) for b in n.bindings)
            for n in walk(node)
        )

    def hashes(self, also: list[tuple[int, int]]) -> Iterator[Place | str]:
        """Yield each hash of something that depends on the version; its name if it is not found.

        ``also`` are the places of texts that are edited because they name the version.
        """
        for node in walk(self.root):
            if node.kind not in ("set", "let"):
                continue
            owner = self._owner(node)
            for binding in node.bindings:
                name = binding.path[-1] if binding.path else None
                if name == "outputHashes" and binding.value is not None:
                    yield from self._listed(f"{owner}outputHashes", binding, binding.value)
                elif is_hash(name) and self._is_of_version(binding, node, also):
                    yield from self._found(str(name), binding, owner)
                elif name and _PERHAPS.fullmatch(name) and binding.value is not None:
                    text = binding.value.text[1:-1]
                    is_one = text and _LOOKS_LIKE_HASH.fullmatch(text) is not None
                    if is_one and self._is_of_version(binding, node, also):
                        yield from self._found(name, binding, owner)
                for inherited in filter(is_hash, binding.names):
                    if self._is_of_version(binding, node, also):
                        yield from self._found(str(inherited), binding, owner)

    def _is_of_version(self, binding: Binding, node: Node, also: list[tuple[int, int]]) -> bool:
        """Say whether something beside a hash depends on the version."""
        if node.bindings is self.main:
            return True
        if node.kind == "let":
            return False  # found by the set that takes it from there
        neighbours = [b for b in node.bindings if b is not binding and b.path[-1:] != ("hash",)]
        # requireFile knows its file by the name alone
        harmless = _HARMLESS - {"name"} if self._is_source(node) else _HARMLESS
        return any(
            _inherits(b, self.names - _HARMLESS)
            or (
                b.value is not None
                and (b.path[-1:] or (None,))[-1] not in harmless
                and (self.depends(b.value) or _holds(b.value, also))
            )
            for b in neighbours
        )

    def _is_source(self, node: Node) -> bool:
        """Say whether a set is given to what makes the package's source."""
        sources = [b.value for b in self.main if b.path[:1] in (("src",), ("srcs",))]
        return any(v is not None and v.start <= node.start < v.end for v in sources)

    def _owner(self, node: Node) -> str:
        """Return which attribute of the package a set is within, with a dot; none for its source.

        ``pnpmDeps.hash`` tells more than ``hash``.
        """
        for binding in self.main:
            value = binding.value
            if value is not None and value.start <= node.start and node.end <= value.end:
                path = ".".join(part or "" for part in binding.path)
                return "" if path in ("src", "srcs", "version") else f"{path}."
        return ""

    def _found(self, name: str, binding: Binding, owner: str) -> Iterator[Place | str]:
        value = binding.value if binding.value is not None and binding.path else None
        if value is None:
            value = self.bound.get(name)  # inherited
        if value is None:
            yield name
            return
        if value.kind == "name" and value.text in ("null", "true", "false"):
            return
        found = list(self._texts(value))
        for text in found:
            at = binding if text is binding.value else Binding(text.start, text.end)
            path = ".".join(part or "" for part in binding.path) or name
            yield Place(f"{owner}{path}", at, text)
        if not found:
            yield name

    def _listed(self, name: str, binding: Binding, value: Node) -> Iterator[Place]:
        for text in self._texts(value):
            yield Place(name, binding, text)

    def _texts(
        self, node: Node, seen: frozenset[str] = frozenset(), *, whole: bool = True
    ) -> Iterator[Node]:
        """Yield the texts that an expression takes a hash from, through names of the file.

        A text that is the whole of what a hash is bound to is one, whatever it looks like; one that
        is reached on the way, such as the name of a platform, is one by its looks.
        """
        for part in walk(node):
            if part.kind == "string" and not part.children:
                text = part.text[1:-1]
                if (text and _LOOKS_LIKE_HASH.fullmatch(text)) or (part is node and whole):
                    yield part
            elif part.kind == "select" and (part.names[-1:] or ("",))[-1].startswith("fake"):
                yield part
            elif part.kind == "name" and part.text in self.bound and part.text not in seen:
                bound, more = self.bound[part.text], seen | {part.text}
                yield from self._texts(bound, more, whole=whole and part is node)


def is_plain_version(binding: Binding) -> bool:
    """Say whether a binding gives a version as plain text."""
    value = binding.value
    is_plain = value is not None and value.kind == "string" and not value.children
    return binding.path == ("version",) and is_plain


def is_hash(name: str | None) -> bool:
    """Say whether an attribute holds a hash."""
    return name is not None and bool(_HASH.fullmatch(name)) and name not in _NO_HASH


def _selects(node: Node, names: frozenset[str]) -> bool:
    base = node.children[0].text if node.children else ""
    return "version" in node.names or (
        base in SELF and node.names[:1] != () and (node.names[0] in names)
    )


def _inherits(binding: Binding, names: frozenset[str]) -> bool:
    return any(name in names for name in binding.names)


def _holds(node: Node, places: list[tuple[int, int]]) -> bool:
    return any(node.start <= start and end <= node.end for start, end in places)
