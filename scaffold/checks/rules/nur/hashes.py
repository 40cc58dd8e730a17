"""Hashes of sources: their form, and whether they are right."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator

from scaffold.checks.package_files import NUR, calls_in, package_files, pinned_release
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Binding, Node
from scaffold.sources.hashes import sri
from scaffold.survey.nix_file import NixFile, text_of

#: Bytes of each kind of hash that Nix reads.
_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}
#: Fetchers of nixpkgs that take ``hash`` and ``sha256``.
_FETCHERS = frozenset(
    {"fetchurl", "fetchzip", "fetchgit", "fetchFromGitHub", "fetchFromGitLab", "fetchPypi",
     "fetchpatch", "fetchFromGitea", "fetchFromBitbucket", "fetchFromSourcehut", "fetchCrate"}
)  # fmt: skip


@rule(
    "NUR102",
    "old-hash",
    "a hash is written in the old form",
    severity=Severity.NOTE,
    kinds=NUR,
    why='nixpkgs writes hash = "sha256-…", which says its own kind; sha256 still works.',
    remedy="Write hash with the SRI form: nix hash to-sri --type sha256 VALUE",
    bad='sha256 = "1dmgjr…";',
    good='hash = "sha256-…";',
    since="nixpkgs 22.05; before, fetchgit does not take hash",
    fixable=True,
)
def old_hash(target: Target) -> Iterator[Hit]:
    """Look for the attribute in calls of the fetchers of pkgs that take both."""
    for file in package_files(target):
        for name, node, given in calls_in(file):
            binding = given.binding("sha256")
            head = node.children[0]
            base = head.children[0].text if head.kind == "select" else ""
            if name not in _FETCHERS or binding is None or base == "builtins":
                continue
            edits = _as_sri(file, binding) if pinned_release(target) >= "22.05" else ()
            yield target.hit(file, binding.start, f"{name} is given sha256", edits=edits)


def _as_sri(file: NixFile, binding: Binding) -> tuple[Edit, ...]:
    """Return the edit that writes the same hash in the new form, where it is spelt out."""
    text = text_of(binding.value)
    if binding.value is None or text is None:
        return ()
    if text.startswith("sha256-"):
        new = text
    elif re.fullmatch(r"[01][0-9a-df-np-sv-z]{51}", text):
        new = sri(text)
    elif re.fullmatch(r"[0-9a-f]{64}", text):
        new = "sha256-" + b64encode(bytes.fromhex(text)).decode()
    else:
        return ()
    return (Edit(file.path, binding.start, binding.value.end, f'hash = "{new}"'),)


@rule(
    "NUR118",
    "same-hash",
    "two versions have one hash",
    severity=Severity.WARNING,
    kinds=NUR,
    why="Nix takes the source that it has for the hash: the package is built from the old one.",
    remedy="Take the hash that the build tells",
    sure="A source that did not change between two versions",
)
def same_hash(target: Target) -> Iterator[Hit]:
    """Compare hashes with what is fetched by them, over the whole repository."""
    seen: dict[str, tuple[str, str]] = {}
    for file in package_files(target):
        for name, _, given in calls_in(file):
            if not name.startswith("fetch"):
                continue
            for key in ("hash", "sha256"):
                binding = given.binding(key)
                value = text_of(binding.value) if binding is not None else None
                if binding is None or value is None or not value or "AAAAAAAAAA" in value:
                    continue
                what = _fetched(file, given)
                if what is None or (value in seen and seen[value][0] == what):
                    continue
                if value in seen:
                    other = seen[value][1]
                    yield target.hit(file, binding.start, f"{other} has the same hash")
                else:
                    seen[value] = (what, file.path.relative_to(target.root).as_posix())


def _fetched(file: NixFile, given: Node) -> str | None:
    """Return repository and revision of a source, literal ones only."""
    parts = []
    for key in ("owner", "repo", "rev", "tag", "url"):
        binding = given.binding(key)
        if binding is None:
            continue
        text = text_of(binding.value)
        if text is None:
            return None  # made from the version: of no use without an evaluation
        parts.append(text)
    return " ".join(parts) or None


@rule(
    "NUR119",
    "fake-hash",
    "a hash is a place-holder",
    severity=Severity.ERROR,
    kinds=NUR,
    why="The build ends by telling the right one.",
    remedy="Take the hash that the build tells",
    bad="hash = lib.fakeHash;",
    good='hash = "sha256-…";',
)
def fake_hash(target: Target) -> Iterator[Hit]:
    """Look for the names, and for the hash of zeros."""
    for file in package_files(target):
        for node in file.nodes:
            for binding in node.bindings if node.kind == "set" else ():
                value = binding.value
                if value is None or not binding.path or not _is_hash(binding.path[-1] or ""):
                    continue
                text = text_of(value) or ""
                fake = value.kind in ("select", "name") and "fake" in file.source(value)
                if fake or re.fullmatch(r"(sha256-A{43}=|0{52}|0{64})", text):
                    yield target.hit(file, binding.start, "the hash is a place-holder")


@rule(
    "NUR129",
    "invalid-hash",
    "a hash is none",
    severity=Severity.ERROR,
    kinds=NUR,
    why="Nix refuses a hash that has another length, or letters that the form does not have: "
    "base 32 has no e, o, u and t, and no capitals.",
    remedy="Take the hash that the build tells",
    bad='sha256 = "0d643wp3l77hv2pmg2fi7vyxn4rwy0iyr8djcw1h5x72315ck9iK";',
    good='sha256 = "0d643wp3l77hv2pmg2fi7vyxn4rwy0iyr8djcw1h5x72315ck9ik";',
)
def invalid_hash(target: Target) -> Iterator[Hit]:
    """Look at the texts of hashes, in the packages and in the files that list them."""
    for file in target.parsed:
        for node in file.nodes:
            for binding in node.bindings if node.kind == "set" else ():
                key = (binding.path[-1] or "") if binding.path else ""
                text = text_of(binding.value) if _is_hash(key) else None
                if text and not _is_valid(text, sha256=key.lower().endswith("sha256")):
                    yield target.hit(file, binding.start, f"{text} is no hash")


def _is_valid(text: str, *, sha256: bool) -> bool:
    """Say whether nix reads a text as a hash; what need not be one of sha256 only in its form."""
    kind, dash, value = text.partition("-")
    if dash and kind in _SIZES:
        try:
            value = value.rstrip("=")  # Nix stops at the first
            return len(b64decode(value + "=" * (-len(value) % 4), validate=True)) == _SIZES[kind]
        except ValueError:
            return False
    if not sha256:
        return True
    text = text.removeprefix("sha256:")
    forms = r"[0-9a-df-np-sv-z]{52}|[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}="
    return re.fullmatch(forms, text) is not None


def _is_hash(name: str) -> bool:
    return name in ("hash", "sha256", "sha512") or name.endswith(("Hash", "Sha256"))
