"""Packages that the release does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from scaffold.catalogue.migrations import (
    Migration,
    migrations,
    package_moves,
)
from scaffold.checks.changes import Change
from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile

#: Names of the first argument of an overlay's second function.
_OVERLAY = re.compile(r"\b(?:final|self)\s*:\s*(?:_?prev|super|_)\s*:")


@cache
def _packages() -> Mapping[str, Change]:
    """Return the packages that a release lacks, by name; the later of two dates counts."""
    found: dict[str, Change] = {}
    for name, gone in package_moves()["pkgs"].items():
        if gone.kind == "throw" and gone.since:
            found[name] = Change(gone.since, gone.new, "", removed=True)
    for entry in migrations().values():
        if entry.kind in ("package-renamed", "package-removed", "builder-removed"):
            _add(found, entry)
    return found


def _add(found: dict[str, Change], entry: Migration) -> None:
    if not entry.first or entry.severity != "error":
        return
    for name in entry.olds:
        known = found.get(name)
        since = max(entry.first, known.since) if known is not None else entry.first
        new = entry.new if name == entry.old else ""
        found[name] = Change(since, new, entry.what, removed=True, mechanical=entry.mechanical)


def _used_packages(file: NixFile) -> Iterator[tuple[str, Node, int]]:
    """Yield names that are taken from an argument ``pkgs``: name, node, place of the name."""
    if "pkgs" not in file.text:
        return
    for node in file.nodes:
        if node.kind == "select" and node.names and _is_pkgs(file, node.children[0]):
            start = file.text.find(node.names[0], node.children[0].end, node.end)
            yield node.names[0], node, start
        elif node.kind == "with" and _is_pkgs(file, node.children[0]):
            body = node.children[-1]
            for item in body.children if body.kind == "list" else ():
                name = item if item.kind == "name" else None
                if name is not None and file.resolve(name) is name and not _bound(file, name):
                    yield name.text, name, name.start


def _bound(file: NixFile, name: Node) -> bool:
    """Say whether a function around a name has an argument of it."""
    return any(n.kind == "lambda" and name.text in n.names for n in file.enclosing(name))


def _is_pkgs(file: NixFile, node: Node) -> bool:
    """Say whether an expression is the argument ``pkgs`` of a function, not a set of its own."""
    if node.kind != "name" or node.text != "pkgs":
        return False
    return file.resolve(node) is node and _bound(file, node)


def _own_packages(target: Target) -> frozenset[str] | None:
    """Return the names that overlays of the project define; None when one cannot be read."""
    for call in target.project.calls:
        value = call.value("overlays")
        if "overlays" in call.arguments and (value is None or value.kind != "list"):
            return None
        for item in value.children if value is not None else ():
            inner = call.file.resolve(item)
            if inner.kind == "parentheses":
                inner = inner.children[0]
            if inner.kind not in ("lambda", "set"):
                return None
    names: set[str] = set()
    for file in target.parsed:
        if _OVERLAY.search(file.text) or "overlays" in file.text:
            for node in file.nodes:
                names |= set(node.bound()) if node.kind == "set" else set()
    return frozenset(names)


@rule(
    "NXC602",
    "package-gone",
    "a package is not in the release",
    severity=Severity.ERROR,
    level=Level.NAMES,
    why="nixpkgs drops packages that nobody maintains, and renames others: naming one ends the "
    "evaluation.",
    remedy="Take another package, or add an overlay that has it",
    bad="environment.systemPackages = [ pkgs.exa ];",
    good="environment.systemPackages = [ pkgs.eza ];",
    since="the release of nixpkgs that is pinned",
    sure="Silent where an overlay of an input may bring the package",
    fixable=True,
)
def package_gone(target: Target) -> Iterator[Hit]:
    """Compare what is taken from pkgs with what is gone up to the release."""
    release, packaged = target.release, _own_packages(target)
    if release is None or packaged is None:
        return
    table = _packages()
    for file in target.parsed:
        for name, node, start in _used_packages(file):
            change = table.get(name)
            if change is None or change.since > release or name in packaged or _asked(file, node):
                continue
            remedy = f"Take {change.new}" if change.new else change.what
            edits: tuple[Edit, ...] = ()
            if change.new and change.mechanical and start >= 0:
                edits = (Edit(file.path, start, start + len(name), change.new),)
            message = f"nixpkgs {release} has no {name}"
            yield target.hit(file, node, message, remedy[:1].upper() + remedy[1:], edits=edits)


def _asked(file: NixFile, node: Node) -> bool:
    """Say whether the text has another value for a name that is not there (``or``, ``?``)."""
    return len(node.children) > 1 or re.search(r"\bpkgs\s*\?", file.text) is not None
