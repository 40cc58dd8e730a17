"""A new version of a package: the version is replaced, and every hash that depends on it is reset.

With a hash left as it was, Nix takes the old source from the store without a word, and a package
that says 7.3 is built from 7.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.values import show
from scaffold.nixlang.parser import Binding, Node, parse, walk
from scaffold.nixlang.quote import nix_string
from scaffold.packages.update.mentions import Mentions
from scaffold.packages.update.read_back import main_bindings, read_back, sources

_DEPENDENT = """
    cargoHash cargoSha256 vendorHash vendorSha256 modSha256 npmDepsHash pnpmDepsHash yarnHash
    mvnHash mavenHash composerHash dotnetHash zigDepsHash mixHash depsHash
"""
#: Hashes of what a package manager downloads; they change with the version whatever they are in.
DEPENDENT = frozenset(_DEPENDENT.split())
SOURCE = frozenset({"hash", "sha256", "sha512", "outputHash"})
#: What Hackage says of one version alone, beside the hash (cabal2nix writes them).
_OF_ONE_VERSION = frozenset({"revision", "editedCabalFile"})
_FAKES = ("lib.fakeHash", "lib.fakeSha256", "lib.fakeSha512", '""')


@dataclass(frozen=True)
class Bump:
    """A package's file with its new version.

    ``reset`` names the hashes that are to be filled, ``removed`` the attributes that belonged to
    the old version, ``lines`` (from 1) where the old version still stands.
    """

    text: str
    old: str
    reset: tuple[str, ...]
    removed: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


Edit = tuple[int, int, str]


def bump(text: str, version: str, *, ref: str | None = None, file: str = "package") -> Bump:
    """Return the file with another version; ``ref`` replaces a tag or commit that is fixed.

    Raises:
        InputError: the version is not one plain text, or the source would stay that of the old
            version.

    """
    root = parse(text)
    at = _version(root, text, file)
    old = at.text[1:-1]
    if version == old and not ref:
        return Bump(text, old, ())
    reset: list[str] = []
    edits: list[Edit] = [(at.start, at.end, nix_string(version))]
    for node in walk(root):
        edits += _resets(node, root, text, reset)
    mentions = Mentions(text, old, version)
    renamed = mentions.renamed(root) if version != old else []
    edits += _refs(root, text, ref, file, renamed=renamed, changed=version != old)
    edits += [edit for edit in renamed if not _within(edit, edits)]
    removed = list(_removed(root, text)) if version != old else []
    edits += [edit for _, edit in removed]
    new = applied(text, edits)
    return Bump(
        new,
        old,
        tuple(dict.fromkeys(reset)),
        tuple(name for name, _ in removed),
        Mentions(new, old, version).lines() if version != old else (),
    )


def _version(root: Node, text: str, file: str) -> Node:
    found = [b for b in _bindings(root) if b.path == ("version",) and _plain(b)]
    if len(found) == 1 and found[0].value is not None:
        return found[0].value
    bound = [b for b in _bindings(root) if b.path == ("version",) and b.value is not None]
    if found:
        what = "it does not say its version in one place"
    elif bound and bound[0].value is not None:
        said = text[bound[0].value.start : bound[0].value.end]
        what = f"its version is not a text but {show(said)}"
    else:
        what = "it has no version"
    raise InputError(Problem(file, what, "Change it by hand"))


def _bindings(root: Node) -> Iterator[Binding]:
    for node in walk(root):
        yield from node.bindings


def _plain(binding: Binding) -> bool:
    value = binding.value
    return value is not None and value.kind == "string" and not value.children


def _resets(node: Node, root: Node, text: str, reset: list[str]) -> Iterator[Edit]:
    for binding in node.bindings:
        last = binding.path[-1] if binding.path else None
        value = binding.value
        if value is None or last is None or value.kind not in ("string", "select"):
            continue
        mine = last in DEPENDENT or (
            last in SOURCE and (_depends(node, root) or _is_source(node, root))
        )
        fake = _fake(root, last)
        if mine and node.kind in ("set", "let"):
            reset.append(".".join(part or "" for part in binding.path))
            if text[value.start : value.end] != fake:
                yield value.start, value.end, fake


def _fake(root: Node, name: str) -> str:
    takes_lib = any(n.kind == "lambda" and "lib" in n.names for n in walk(root))
    if not takes_lib:
        return '""'
    return "lib.fakeSha512" if name == "sha512" else "lib.fakeHash"


def _depends(node: Node, root: Node) -> bool:
    """Say whether what a fetcher or the package itself is given has the version."""
    if node.bindings and node.bindings is main_bindings(root):
        return True
    parts = [b.value for b in node.bindings if b.value is not None and b.path[-1:] != ("hash",)]
    inherited = any("version" in b.names for b in node.bindings)
    return inherited or any(_names_version(part) for part in parts)


def _names_version(node: Node) -> bool:
    return any(
        (n.kind == "name" and n.text == "version") or (n.kind == "select" and "version" in n.names)
        for n in walk(node)
    )


def _is_source(node: Node, root: Node) -> bool:
    """Say whether a set is within the source: ``src``, ``srcs``, or the ``source`` of a gem."""
    return any(
        b.value is not None
        and b.path[-1:] in (("src",), ("srcs",), ("source",))
        and b.value.start <= node.start
        and node.end <= b.value.end
        for b in _bindings(root)
    )


def _refs(
    root: Node, text: str, ref: str | None, file: str, *, renamed: list[Edit], changed: bool
) -> Iterator[Edit]:
    """Yield the edit of a fixed tag or commit, or refuse to keep it."""
    for src in sources(root):
        if src.kind == "path" or (_inherits_version(src) and ref is None):
            continue
        fixed = [
            b.value
            for n in walk(src)
            for b in n.bindings
            if b.path in (("rev",), ("tag",)) and b.value is not None
        ]
        follows = _inherits_version(src) or any(_in(edit, src) for edit in renamed)
        if ref is not None and len(fixed) == 1:
            yield fixed[0].start, fixed[0].end, nix_string(ref)
        elif changed and not follows:
            where = text[fixed[0].start : fixed[0].end] if fixed else "src"
            what = f"{show(where)} does not follow the version, the source would stay the old one"
            remedy = "Give the new tag or commit with --ref" if fixed else "Change it by hand"
            raise InputError(Problem(file, what, remedy))


def _inherits_version(src: Node) -> bool:
    return _names_version(src) or any("version" in b.names for n in walk(src) for b in n.bindings)


def _in(edit: Edit, node: Node) -> bool:
    return node.start <= edit[0] and edit[1] <= node.end


def _within(edit: Edit, others: list[Edit]) -> bool:
    return any(start <= edit[0] and edit[1] <= end for start, end, _ in others)


def _removed(root: Node, text: str) -> Iterator[tuple[str, Edit]]:
    """Yield the attributes that are wrong with any other version, each with its line."""
    for binding in main_bindings(root):
        name = binding.path[0] if len(binding.path) == 1 else None
        if name in _OF_ONE_VERSION:
            start = text.rfind("\n", 0, binding.start) + 1
            alone = not text[start : binding.start].strip()
            end = binding.end + (text[binding.end : binding.end + 1] == "\n")
            yield name, (start if alone else binding.start, end if alone else binding.end, "")


def applied(text: str, edits: list[Edit]) -> str:
    """Return a text with edits that do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def filled(text: str, found: str) -> str:
    """Return the file with the hash of its source, where that is a fake one."""
    place = read_back(text, parse(text)).hash
    if place is None or text[place.start : place.end] not in _FAKES:
        return text
    start = text.rfind("\n", 0, place.start) + 1
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    edits: list[Edit] = [(place.start, place.end, nix_string(found))]
    if text[above:start].strip().startswith("# Not fetched yet:"):
        edits.append((above, start, ""))
    return applied(text, edits)


def is_unfilled(text: str) -> bool:
    """Say whether the hash of the source is a fake one."""
    place = read_back(text, parse(text)).hash
    return place is not None and text[place.start : place.end] in _FAKES
