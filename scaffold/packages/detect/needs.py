"""Dependencies by the project's names, turned into attributes of nixpkgs where that is certain."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scaffold.packages.builders import packages_folder
from scaffold.packages.detect.project import Need


@dataclass(frozen=True)
class Inputs:
    """Attributes by role, as a package's arguments; ``unknown`` and ``optional`` are not mapped.

    ``local`` are packages of the repository itself.
    """

    native: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    propagated: tuple[str, ...] = ()
    backend: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@cache
def tables() -> Mapping[str, Any]:
    """Return the tables of what is certain."""
    text = (packages_folder() / "dependencies.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def attribute(need: Need) -> str | None:
    """Return the attribute of nixpkgs that is certainly meant, or None.

    A Python package is an attribute of ``python3Packages`` unless it has a dot.
    """
    if need.kind == "haskell":
        return need.name
    known = tables().get(need.kind, {}).get(need.name)
    if known is None and need.kind == "python" and need.name in _python_names():
        return need.name
    if known is True:
        return need.name
    return str(known) if known else None


@cache
def _python_names() -> frozenset[str]:
    """Return the normalised names that nixpkgs has a Python package of the very name for."""
    text = (packages_folder() / "python-names.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def inputs(needs: Iterable[Need], local: frozenset[str] = frozenset()) -> Inputs:
    """Sort dependencies by role; one that the repository has itself is taken from there."""
    roles: dict[str, dict[str, None]] = {}
    for need in needs:
        found = need.name if need.name in local else attribute(need)
        if found is None:
            kind = "" if need.kind in ("python", "tools") else f" ({need.kind})"
            why = "optional" if need.optional else "unknown"
            roles.setdefault(why, {})[need.name + kind] = None
        else:
            roles.setdefault("optional" if need.optional else need.role, {})[found] = None
    required = {n for role, names in roles.items() if role != "optional" for n in names}
    return Inputs(
        **{
            role: tuple(sorted(n for n in names if role != "optional" or n not in required))
            for role, names in roles.items()
        }
    )
