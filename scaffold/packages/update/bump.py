"""A new version of a package: the version is replaced, and every hash that depends on it is reset.

With a hash left as it was, Nix takes the old source from the store without a word, and a package
that says 7.3 is built from 7.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from scaffold.base.errors import InputError, Problem, show
from scaffold.nixlang.parser import Binding, Node, walk
from scaffold.nixlang.quote import nix_string
from scaffold.packages.update.dependence import Dependence, is_hash, is_plain_version
from scaffold.packages.update.main_package import SeveralVersionsError, tree_of_package
from scaffold.packages.update.mentions import Mentions
from scaffold.packages.update.read_back import Fetch, main_bindings, read_back, sources

#: What Hackage says of one version alone, beside the hash (cabal2nix writes them).
_OF_ONE_VERSION = frozenset({"revision", "editedCabalFile"})
#: Hashes that nixpkgs no longer has a fake one of; a new one is of the kind that it recommends.
_WEAK = ("sha1", "md5")
_FAKES = ("lib.fakeHash", "lib.fakeSha256", "lib.fakeSha512", '""')


@dataclass(frozen=True)
class Bump:
    """A package's file with its new version.

    ``reset`` names the hashes that are to be filled, ``removed`` the attributes that belonged to
    the old version, ``lines`` (from 1) where the old version still stands, ``left`` the lines of
    further sources that do not follow the version and stay as they are.
    """

    text: str
    old: str
    reset: tuple[str, ...]
    removed: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


Edit = tuple[int, int, str]


def bump(text: str, version: str, *, ref: str | None = None, file: str = "package") -> Bump:
    """Return the file with another version; ``ref`` replaces a tag or commit that is fixed.

    Raises:
        InputError: the version is not one plain text, or the source would stay that of the old
            version.

    """
    try:
        root = tree_of_package(text)
    except SeveralVersionsError as error:
        raise InputError(Problem(file, str(error), "Change it by hand")) from error
    at = _version(root, text, file)
    old = at.text[1:-1]
    if version == old and not ref:
        return Bump(text, old, ())
    dependence = Dependence(root)
    mentions = Mentions(text, old, version)
    renamed = mentions.renamed(root) if version != old else []
    sought = _Sources(root, dependence, renamed)
    edits: list[Edit] = [(at.start, at.end, nix_string(version))]
    edits += sought.refs(text, ref, file, changed=version != old)
    named = [(start, end) for start, end, _ in [*renamed, *edits[1:]]]
    dependence.edited(named)
    reset, resets = _resets(dependence, named, text, file)
    if not (reset or sought.fetched) and _has_hash(root):
        what = "no hash of it depends on the version, the source would stay the old one"
        raise InputError(Problem(file, what, "Change it by hand"))
    edits += [edit for edit in resets if edit[2] != text[edit[0] : edit[1]]]
    edits += [edit for edit in renamed if not _within(edit, edits)]
    removed = list(_removed(root, text)) if version != old else []
    edits += [edit for _, edit in removed]
    edits = list(dict.fromkeys(edits))
    if _overlap(edits):
        what = "what depends on its version is not understood"
        raise InputError(Problem(file, what, "Change it by hand"))
    new = applied(text, edits)
    return Bump(
        new,
        old,
        reset,
        tuple(name for name, _ in removed),
        Mentions(new, old, version).lines() if version != old else (),
        tuple(text.count("\n", 0, node.start) + 1 for node in sought.left()),
    )


def _version(root: Node, text: str, file: str) -> Node:
    found = [b for b in _bindings(root) if is_plain_version(b)]
    if found and found[0].value is not None:
        return found[0].value
    bound = [b for b in _bindings(root) if b.path == ("version",) and b.value is not None]
    if bound and bound[0].value is not None:
        said = text[bound[0].value.start : bound[0].value.end]
        what = f"its version is not a text but {show(said)}"
    else:
        what = "it has no version"
    raise InputError(Problem(file, what, "Change it by hand"))


def _bindings(root: Node) -> Iterator[Binding]:
    for node in walk(root):
        yield from node.bindings


def _has_hash(root: Node) -> bool:
    """Say whether a file has a hash of something else than a patch."""
    patches = [b.value for b in _bindings(root) if b.path[-1:] == ("patches",) and b.value]
    return any(
        is_hash(b.path[-1]) and not any(p.start <= b.start < p.end for p in patches)
        for b in _bindings(root)
        if b.path
    )


def _resets(
    dependence: Dependence, named: list[tuple[int, int]], text: str, file: str
) -> tuple[tuple[str, ...], list[Edit]]:
    """Return the names of the hashes that depend on the version, and the edits that reset them.

    Raises:
        InputError: one of them is given by an expression that is not followed.

    """
    names: dict[str, None] = {}
    edits: dict[int, Edit] = {}
    for place in dependence.hashes(named):
        if isinstance(place, str):
            what = f"its {place} depends on the version, and where it is given is not understood"
            raise InputError(Problem(file, what, "Change it by hand"))
        names[place.name] = None
        fake = _fake(dependence.root, place.name)
        last = place.name.rpartition(".")[2]
        if last in _WEAK and place.binding.path:  # nixpkgs has no fake one of these
            stem = "".join(f"{part}." for part in place.binding.path[:-1])
            edits[place.value.start] = (
                place.binding.start,
                place.binding.end,
                f"{stem}hash = {fake};",
            )
        else:
            edits[place.value.start] = (place.value.start, place.value.end, fake)
    return tuple(names), list(edits.values())


def _fake(root: Node, name: str) -> str:
    takes_lib = any(n.kind == "lambda" and "lib" in n.names for n in walk(root))
    if not takes_lib:
        return '""'
    return "lib.fakeSha512" if name.endswith("sha512") else "lib.fakeHash"


class _Sources:
    """What a file fetches: the package's own source, and further ones."""

    def __init__(self, root: Node, dependence: Dependence, renamed: list[Edit]) -> None:
        self.dependence = dependence
        self.renamed = renamed
        every = list(sources(root))
        fetched = [b.value for b in dependence.main if b.path[:1] in (("src",), ("srcs",))]
        listed = [n for n in [*fetched, dependence.bound.get("src")] if n is not None]
        self.fetched = list({n.start: n for n in listed}.values()) or every
        starts = {n.start for n in self.fetched}
        self.further = [n for n in every if n.start not in starts]
        if not self.fetched:  # the source is fetched elsewhere, by the commit that is told here
            commits = [b.value for b in dependence.main if b.path in (("rev",), ("commit",))]
            self.fetched = [n for n in commits if n is not None and n.kind == "string"]

    def _follows(self, src: Node) -> bool:
        return self.dependence.depends(src) or any(_in(edit, src) for edit in self.renamed)

    def left(self) -> list[Node]:
        """Return the further sources that stay, those of this folder left out."""
        return [n for n in self.further if n.kind != "path" and not self._follows(n)]

    def _fixed(self, src: Node) -> Iterator[Node]:
        """Yield what the tag or commit of a source is bound to, here or where it is inherited."""
        for binding in (b for n in walk(src) for b in n.bindings):
            value = binding.value if binding.path in (("rev",), ("tag",)) else None
            if not binding.path and {"rev", "tag"} & set(binding.names):
                value = self.dependence.bound.get("rev") or self.dependence.bound.get("tag")
            if value is not None and value.kind == "name":
                value = self.dependence.bound.get(value.text, value)
            if value is not None:
                yield value

    def refs(self, text: str, ref: str | None, file: str, *, changed: bool) -> Iterator[Edit]:
        """Yield the edit of a fixed tag or commit, or refuse to keep it."""
        for src in self.fetched:
            if src.kind == "path" or (self.dependence.depends(src) and ref is None):
                continue
            fixed = [src] if src.kind == "string" and not src.children else list(self._fixed(src))
            if ref is not None and len(fixed) == 1:
                yield fixed[0].start, fixed[0].end, nix_string(ref)
            elif changed and not self._follows(src):
                where = text[fixed[0].start : fixed[0].end] if fixed else "src"
                what = f"{show(where)} does not follow the version, the source would stay the old"
                remedy = "Give the new tag or commit with --ref" if fixed else "Change it by hand"
                raise InputError(Problem(file, f"{what} one", remedy))


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


def read_back_text(text: str) -> Fetch:
    """Return what the package of a file fetches."""
    try:
        return read_back(text, tree_of_package(text))
    except SeveralVersionsError as error:
        return Fetch(reason=str(error))


def _overlap(edits: list[Edit]) -> bool:
    """Say whether two edits are of the same text."""
    ordered = sorted(edits)
    return any(one[1] > other[0] for one, other in pairwise(ordered))


def applied(text: str, edits: list[Edit]) -> str:
    """Return a text with edits that do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def filled(text: str, found: str) -> str:
    """Return the file with the hash of its source, where that is a fake one."""
    place = read_back_text(text).hash
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
    place = read_back_text(text).hash
    return place is not None and text[place.start : place.end] in _FAKES
