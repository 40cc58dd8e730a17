"""Functions of nixpkgs' library that the release does not have."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.catalogue.migrations import (
    migrations,
)
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC604",
    "lib-gone",
    "a function of nixpkgs' library is not in the release",
    severity=Severity.ERROR,
    level=Level.NAMES,
    why="Functions of lib that were long deprecated are removed in the end.",
    remedy="Use the one that takes its place",
    bad='description = lib.mdDoc "a text";',
    good='description = "a text";',
    since="the release of nixpkgs that is pinned",
)
def lib_gone(target: Target) -> Iterator[Hit]:
    """Look for the functions that the table has, taken from lib."""
    release = target.release
    if release is None:
        return
    gone = {
        entry.old: entry
        for entry in migrations().values()
        if entry.kind in ("lib-renamed", "lib-dropped", "lib-removed")
        and entry.first
        and entry.first <= release
    }
    for file in target.parsed:
        for node in file.nodes if "lib" in file.text else ():
            if node.kind != "select" or node.children[0].kind != "name":
                continue
            base = node.children[0].text
            name = ".".join(node.names)
            entry = gone.get(name) if base == "lib" else None
            if entry is None or len(node.children) > 1:
                continue
            if entry.name == "literal-example":  # only read when documentation is built
                continue
            remedy = f"Write lib.{entry.new}" if entry.new else entry.what or "Leave it out"
            yield target.hit(file, node, f"nixpkgs {release} has no lib.{name}", remedy)
