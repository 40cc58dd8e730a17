"""What a role may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.target import Target

#: From then on a role, and a composition, may be a set: NixOS Compose 0.7.9.
_SETS_NOT_BEFORE = date(2025, 5, 1)


@rule(
    "NXC403",
    "role-is-a-set",
    "a role or composition is no function",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="docker and nspawn of NixOS Compose before 0.7.9 call every role, and the composition, as "
    "a function. Newer ones take a set too.",
    remedy="Put { ... }: in front of the set",
    bad="roles.node = { services.x.enable = true; };",
    good="roles.node = { ... }: { services.x.enable = true; };",
    since="NixOS Compose before 0.7.9",
)
def role_is_a_set(target: Target) -> Iterator[Hit]:
    """Look at the kinds, when the locked library is surely older."""
    if target.nxc_since(_SETS_NOT_BEFORE) is not False:
        return
    for path, view in target.views():
        if not view.is_function:
            message = "the composition is a set, and the locked NixOS Compose calls it on docker"
            yield Hit(path, None, message)
        for role, kind in view.roles.items():
            if kind == "set":
                message = f"role {role} is a set, and the locked NixOS Compose calls it on docker"
                yield target.hit_at(view.places.get(f"roles.{role}"), path, message)


@rule(
    "NXC404",
    "nodes",
    "roles are called nodes",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="`nodes` is the old name; it works in every version so far.",
    remedy="Rename it to roles",
    bad="nodes = { server = …; };",
    good="roles = { server = …; };",
    fixable=True,
)
def nodes(target: Target) -> Iterator[Hit]:
    """Look at the keys."""
    for path, view in target.views():
        if "nodes" not in view.keys or "roles" in view.keys:
            continue
        hit = target.hit_at(view.places.get("nodes"), path, "nodes is the old name of roles")
        yield Hit(hit.path, hit.line, hit.message, hit.column, edits=_renamed(target, hit))


def _renamed(target: Target, hit: Hit) -> tuple[Edit, ...]:
    """Return the edit of `nodes` at the place of a finding, where that word stands there."""
    text = target.session.text(hit.path)
    if text is None or hit.line is None or hit.column is None:
        return ()
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: hit.line - 1]) + hit.column - 1
    if not re.match(r"nodes\b(?!\s*\.)\s*=", text[start : start + 40]) or re.search(
        r"\bself\.nodes\b|\bnodes\.", text
    ):
        return ()
    return (Edit(hit.path, start, start + len("nodes"), "roles"),)
