"""Dependencies by the project's names, turned into attributes of nixpkgs where that is certain."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from scaffold.packages.builders import packages_folder
from scaffold.packages.detect.project import Need


@dataclass(frozen=True)
class Inputs:
    """Attributes by role, as a package's arguments; ``unknown`` and ``optional`` are not used.

    ``unread`` says in words what asks for dependencies and was not understood: with it, the lists
    may be incomplete.
    """

    native: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    propagated: tuple[str, ...] = ()
    backend: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@cache
def tables() -> Mapping[str, Mapping[str, str | bool]]:
    """Return the tables of what is certain."""
    text = (packages_folder() / "dependencies.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def attribute(need: Need) -> str | None:
    """Return the attribute of nixpkgs that is certainly meant, or None.

    A Python package is an attribute of ``python3Packages`` unless it has a dot.
    """
    if need.kind in _AS_IT_IS:
        return _AS_IT_IS[need.kind](need.name)
    known = tables().get(need.kind, {}).get(need.name)
    if known is None and need.kind in _NAMES and need.name in _names(need.kind):
        return _NAMES[need.kind](need.name)
    if known is True:
        return need.name
    return str(known) if known else None


#: Sets of nixpkgs that are made of the whole registry: every name is there, spelt by a rule.
_AS_IT_IS: Mapping[str, Callable[[str], str]] = {
    "haskell": lambda name: name,
    "r": lambda name: name.replace(".", "_"),
}
#: Sets of nixpkgs that have a part of a registry: the names that are there are listed in
#: ``templates/packages/names/``, as the registry spells them, and become attributes by a rule.
_NAMES: Mapping[str, Callable[[str], str]] = {
    "python": lambda name: name,
    "ocaml": lambda name: name,
    "ocaml program": lambda name: f"ocamlPackages.{name}",
    "perl": lambda name: name.replace("::", ""),
    "lua": lambda name: name,
}


@cache
def _names(kind: str) -> frozenset[str]:
    """Return the names of a registry that nixpkgs has a package of the very name for."""
    registry = kind.partition(" ")[0]
    text = (packages_folder() / "names" / f"{registry}.txt").read_text(encoding="utf-8")
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
