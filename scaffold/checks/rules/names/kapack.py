"""Packages and modules that the pinned kapack does not have, or cannot build."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.catalogue.migrations import (
    Branch,
    kapack_at,
    kapack_branches,
)
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile


def _kapack(target: Target) -> tuple[Branch, str, bool] | None:
    """Return what the pinned kapack holds, how it is called, and whether that is exact."""
    entry, lock = target.project.kapack, target.project.lock
    if entry is None or entry.reference is None or entry.reference.repo != "nur-kapack":
        return None
    locked = lock.input(entry.name) if lock is not None and lock.fault is None else None
    rev = locked.locked.rev if locked is not None and locked.locked is not None else ""
    rev = rev or entry.reference.rev
    if rev:
        branch = kapack_at(rev)
        if branch is not None:
            return branch, rev[:12], True
        branch = kapack_at(entry.reference.ref)
        return (branch, entry.reference.ref, False) if branch is not None else None
    branch = kapack_at(entry.reference.ref or "master")
    return (branch, entry.reference.ref or "master", True) if branch is not None else None


def _used_of_kapack(file: NixFile) -> Iterator[tuple[str, bool, Node]]:
    """Yield names taken from ``nur.repos.kapack``: name, whether it is a module, node."""
    if "kapack" not in file.text:
        return
    for node in file.nodes:
        if node.kind != "select":
            continue
        base = node.children[0]
        names = (base.text, *node.names) if base.kind == "name" else node.names
        if "kapack" not in names or "repos" not in names:
            continue
        rest = names[names.index("kapack") + 1 :]
        if rest[:1] == ("modules",) and len(rest) > 1:
            yield rest[1], True, node
        elif rest and rest[0] and rest[0] != "modules":
            yield rest[0], False, node


@rule(
    "NXC603",
    "kapack-lacks",
    "the pinned kapack lacks a package or module, or cannot build it",
    severity=Severity.ERROR,
    level=Level.NAMES,
    why="The branches of kapack differ: packages come and go, are marked as broken after a "
    "release, or have a source that needs a key.",
    remedy="Pin a branch of kapack that has it",
    bad='kapack.url = "github:oar-team/nur-kapack/24.11";  # oar is broken there',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";',
    sure="For a commit that no table has, only what no branch ever had is told",
)
def kapack_lacks(target: Target) -> Iterator[Hit]:
    """Compare the names with the table of the branch."""
    found = _kapack(target)
    if found is None:
        return
    branch, called, exact = found
    every = kapack_branches().values()
    told: set[tuple[str, bool]] = set()
    for file in target.parsed:
        for name, is_module, node in _used_of_kapack(file):
            if (name, is_module) in told:
                continue
            told.add((name, is_module))
            what = "module" if is_module else "package"
            held = branch.modules if is_module else branch.packages
            anywhere = any(name in (b.modules if is_module else b.packages) for b in every)
            if name not in held and (exact or not anywhere):
                message = f"kapack {called} has no {what} {name}"
                yield target.hit(file, node, message, _where_instead(name, is_module))
            elif exact and not is_module and name in branch.broken:
                message = f"kapack {called} marks {name} as broken"
                yield target.hit(file, node, message, _where_instead(name, is_module))


@rule(
    "NXC605",
    "kapack-private",
    "a package of kapack has a source that only some can fetch",
    severity=Severity.NOTE,
    level=Level.NAMES,
    why="The source is fetched by ssh, with the key of a user that has access to it: nobody else "
    "can build the composition. A project whose README calls it private is not told.",
    remedy="Say in the README who can build it, or pin a branch of kapack with a public source",
)
def kapack_private(target: Target) -> Iterator[Hit]:
    """Compare the names with those of the branch that have a private source."""
    found = _kapack(target)
    readmes = [path for path in target.files if path.name.lower().startswith("readme")]
    if found is None or any("private" in (target.session.text(p) or "") for p in readmes):
        return
    branch, called, _ = found
    told: set[str] = set()
    for file in target.parsed:
        for name, is_module, node in _used_of_kapack(file):
            if not is_module and name in branch.private and name not in told:
                told.add(name)
                message = f"the source of {name} in kapack {called} needs an ssh key"
                yield target.hit(file, node, message)


def _where_instead(name: str, is_module: bool) -> str:
    """Return the remedy: the branches that have a name in working order."""
    having = [
        branch
        for branch, held in kapack_branches().items()
        if name in (held.modules if is_module else held.packages)
        and name not in held.broken
        and name not in held.private
    ]
    if not having:
        return "No branch of nur-kapack has it in working order: take it from elsewhere"
    return f"Pin one of the branches {', '.join(having)}"
