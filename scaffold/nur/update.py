"""A new version of a package: the version is replaced, and every hash that depends on it is reset.

With a hash left as it was, Nix takes the old source from the store without a word, and a package
that says 7.3 is built from 7.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.errors import InputError, Problem
from scaffold.nur.nixtree import Binding, Node, parse, walk
from scaffold.quote import nix_string
from scaffold.values import show

_DEPENDENT = """
    cargoHash cargoSha256 vendorHash vendorSha256 npmDepsHash pnpmDepsHash yarnHash mvnHash
    mavenHash composerHash dotnetHash zigDepsHash
"""
#: Hashes of what a package manager downloads; they change with the version whatever they are in.
DEPENDENT = frozenset(_DEPENDENT.split())
SOURCE = frozenset({"hash", "sha256", "sha512", "outputHash"})
_BY = frozenset({"rev", "tag", "url", "urls", "version"})


@dataclass(frozen=True)
class Bump:
    """A package's file with its new version; ``reset`` names the hashes that are to be filled."""

    text: str
    old: str
    reset: tuple[str, ...]


def bump(text: str, version: str, *, ref: str | None = None, file: str = "package") -> Bump:
    """Return the file with another version; ``ref`` replaces a tag or commit that is fixed.

    Raises:
        InputError: the version is not one plain text, or the source would stay that of the old
            version.

    """
    root = parse(text)
    found = [b for b in _bindings(root) if b.path == ("version",) and _plain(b)]
    if len(found) != 1 or found[0].value is None:
        what = "it does not say its version in one place" if found else "it has no version"
        raise InputError(Problem(file, what, "Change it by hand"))
    old = found[0].value.text[1:-1]
    edits = [(found[0].value, nix_string(version))]
    reset: list[str] = []
    for node in walk(root):
        if node.kind == "set":
            edits += list(_resets(node, root, text, reset))
    edits += list(_refs(root, text, ref, file, changed=version != old))
    if version == old and not ref:
        return Bump(text, old, ())
    return Bump(_applied(text, edits), old, tuple(dict.fromkeys(reset)))


def _bindings(root: Node) -> Iterator[Binding]:
    for node in walk(root):
        yield from node.bindings


def _plain(binding: Binding) -> bool:
    value = binding.value
    return value is not None and value.kind == "string" and not value.children


def _resets(node: Node, root: Node, text: str, reset: list[str]) -> Iterator[tuple[Node, str]]:
    fake = "lib.fakeHash" if _takes_lib(root) else '""'
    for binding in node.bindings:
        last = binding.path[-1] if binding.path else None
        value = binding.value
        if value is None or last is None or value.kind not in ("string", "select"):
            continue
        mine = last in DEPENDENT or (
            last in SOURCE and (_depends(node, text) or _is_src(node, root))
        )
        if mine and text[value.start : value.end] != fake:
            reset.append(".".join(part or "" for part in binding.path))
            yield value, fake


def _takes_lib(root: Node) -> bool:
    return any(n.kind == "lambda" and "lib" in n.names for n in walk(root))


def _depends(node: Node, text: str) -> bool:
    """Say whether what a fetcher is given names the version."""
    parts = [b.value for b in node.bindings if b.value is not None and b.path[-1:] != ("hash",)]
    inherited = any("version" in b.names for b in node.bindings)
    return inherited or any(_names_version(part) for part in parts)


def _names_version(node: Node) -> bool:
    return any(
        (n.kind == "name" and n.text == "version") or (n.kind == "select" and "version" in n.names)
        for n in walk(node)
    )


def _sources(root: Node) -> Iterator[Node]:
    """Yield what the attribute ``src`` is bound to."""
    for binding in _bindings(root):
        if binding.path[-1:] == ("src",) and binding.value is not None:
            yield binding.value


def _is_src(node: Node, root: Node) -> bool:
    return any(src.start <= node.start and node.end <= src.end for src in _sources(root))


def _refs(
    root: Node, text: str, ref: str | None, file: str, *, changed: bool
) -> Iterator[tuple[Node, str]]:
    """Yield the edit of a fixed tag or commit, or refuse to keep it."""
    for src in _sources(root):
        if src.kind != "apply" or (_names_version(src) and ref is None):
            continue
        fixed = [
            b
            for n in walk(src)
            for b in n.bindings
            if b.path in (("rev",), ("tag",)) and b.value is not None
        ]
        if ref is not None and len(fixed) == 1 and fixed[0].value is not None:
            yield fixed[0].value, nix_string(ref)
        elif changed and not _inherits_version(src):
            where = text[fixed[0].start : fixed[0].end] if fixed else "src"
            what = f"{show(where)} does not follow the version, the source would stay the old one"
            raise InputError(Problem(file, what, "Give the new tag or commit with --ref"))


def _inherits_version(src: Node) -> bool:
    return _names_version(src) or any("version" in b.names for n in walk(src) for b in n.bindings)


def _applied(text: str, edits: list[tuple[Node, str]]) -> str:
    for node, new in sorted(edits, key=lambda edit: -edit[0].start):
        text = text[: node.start] + new + text[node.end :]
    return text
