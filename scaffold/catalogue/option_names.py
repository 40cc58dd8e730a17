"""Which options NixOS has: their names alone, of an old and a new nixpkgs.

``templates/moves/option_names.json`` holds those of 20.09 and 26.11; tests/tools/option_names.py
writes it. Releases between the two may have had others, that came and went: a name in neither is
only told where one that is there is spelt nearly the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from scaffold.base.folders import templates_folder
from scaffold.base.names import closest
from scaffold.catalogue.migrations import option_moves

#: The releases whose names are known, the older first.
OLD, NEW = "20.09", "26.11"
#: What stands for a name that the user chooses, such as that of a unit below systemd.services.
ANY_NAME = "<name>"
#: How like another a name must be, from 0 to 1: one letter of five, two of ten.
_LIKENESS = 0.8
#: By this key a set of names holds the options of both releases, of the new and of the old one.
_LISTS = {"": (OLD, NEW), "+": (NEW,), "-": (OLD,)}

#: Names below a place: lists of options as texts with blanks between, and places below it.
Names = Mapping[str, "Names | str"]


@dataclass(frozen=True)
class Misspelt:
    """The first part of an option's path that no release has, and the name that is near it.

    ``path`` ends with the part that is unknown, ``near`` is the path that was probably meant.
    ``releases`` are those of 20.09 and 26.11 that have it.
    """

    path: tuple[str, ...]
    near: tuple[str, ...]
    releases: tuple[str, ...]


def misspelt(path: tuple[str, ...]) -> Misspelt | None:
    """Say which part of a path is in no release; None when all are, or nothing near is.

    Below an option everything passes, as values there may have any key: only the options of
    submodules that take no others are listed below it.
    """
    names: Names = _all()
    for depth, part in enumerate(path):
        below = names.get(f".{part}", names.get(f".{ANY_NAME}"))
        if isinstance(below, Mapping):
            names = below
            continue
        known = _known(names)
        if part in known or ANY_NAME in known:
            return None
        above = path[:depth]
        usable = [name for name in known if ".".join((*above, name)) not in option_moves()]
        near = _same_letters(part, usable) or closest(part, usable, _LIKENESS)
        if near is None:
            return None
        return Misspelt((*above, part), (*above, near), known[near])
    return None


def is_in_no_release(path: tuple[str, ...]) -> bool:
    """Say whether a part of a path is an option neither of the old nor of the new nixpkgs."""
    names: Names = _all()
    for part in path:
        below = names.get(f".{part}", names.get(f".{ANY_NAME}"))
        if isinstance(below, Mapping):
            names = below
            continue
        known = _known(names)
        return part not in known and ANY_NAME not in known
    return False


def _same_letters(part: str, known: Iterable[str]) -> str | None:
    """Return the name that differs in capital letters and hyphens only, also of a short one."""
    return next((name for name in sorted(known) if _folded(name) == _folded(part)), None)


def _folded(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def _known(names: Names) -> dict[str, tuple[str, ...]]:
    """Return the names at one place with the releases that have them."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in names.items():
        if isinstance(value, str):
            found |= dict.fromkeys(value.split(), _LISTS[key])
        else:
            releases = {release for kind in _known(value).values() for release in kind}
            found[key[1:]] = tuple(sorted(releases))
    return found


@cache
def _all() -> Names:
    file = templates_folder() / "moves" / "option_names.json"
    names: Names = json.loads(file.read_text(encoding="utf-8-sig"))
    return names
