"""What changes between releases: migrations, and the names that nixpkgs and kapack moved.

``templates/migrations.toml`` holds what was met in compositions and NUR repositories, one table a
change. ``templates/moves/`` holds, by name alone, every option that nixpkgs moved, the packages
that it dropped or renamed, and what the branches of nur-kapack hold; tests/tools/moves.py writes
it. All of it is read only when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from scaffold.base.folders import templates_folder
from scaffold.catalogue.entry import Entry
from scaffold.catalogue.reading import tables

Severity = Literal["error", "warning", "silent"]
#: What is looked for; the head of ``templates/migrations.toml`` says what each kind means.
Kind = Literal[
    "option-renamed", "option-removed", "option-changed", "attribute-renamed",
    "default-changed", "default-removed",
    "package-renamed", "package-removed", "set-attribute", "package-old",
    "lib-renamed", "lib-dropped", "lib-removed",
    "builder-attribute", "builder-removed", "argument-renamed", "argument-removed",
    "argument-changed", "python-format", "python-import",
    "script", "unit-removed", "unit-changed",
    "call", "contract", "flake-output", "flake-input", "setup", "kapack", "kept",
]  # fmt: skip


class Migration(Entry, frozen=True, rename={"last_fine": "from", "first": "to"}):
    """One change: ``old`` is what is there before, ``new`` what takes its place.

    ``last_fine`` is the last release in which the old form is fine and ``first`` the first in which
    it is not; both are empty for a change without a date. ``also`` are further old names, with one
    of ``unless`` in the same composition there is nothing to do, ``within`` is what the old form
    has to stand in, ``inputs`` restricts it to the inputs of a build. ``what`` tells a person what
    to look at when it is not ``mechanical``.
    """

    name: str
    kind: Kind
    mechanical: bool
    severity: Severity
    evidence: str
    last_fine: str = ""
    first: str = ""
    old: str = ""
    new: str = ""
    what: str = ""
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: str = ""
    attribute: str = ""
    inputs: bool = False

    @property
    def olds(self) -> tuple[str, ...]:
        """Every name of the old form."""
        return (self.old, *self.also) if self.old else self.also

    def concerns(self, release: str) -> bool:
        """Say whether the old form is not fine in a release, such as 25.05; undated ones are."""
        return not self.first or self.first <= release


class Move(msgspec.Struct, frozen=True):
    """What became of an option: its new name (empty: it was removed or changed its meaning).

    ``since`` is the first release without the old one, empty when that is not known;
    ``before_20_09`` says that the old name was already there in 20.09.
    """

    new: str
    since: str
    before_20_09: bool


class Gone(msgspec.Struct, frozen=True):
    """What became of a package: ``kind`` is alias, warn, throw or gone (without a word).

    ``date`` is when nixpkgs wrote the alias down, empty when that is not known.
    """

    kind: str
    new: str
    date: str

    @property
    def since(self) -> str:
        """The first release whose nixpkgs was branched off after ``date``; empty without one.

        Releases are branched off in the middle of May and early in November.
        """
        year, _, day = self.date.partition("-")
        if not day:
            return ""
        if day <= "05-15":
            return f"{year[2:]}.05"
        return f"{year[2:]}.11" if day <= "11-10" else f"{int(year[2:]) + 1:02}.05"


class Branch(msgspec.Struct, frozen=True):
    """What a branch of nur-kapack holds, or a revision that a row of releases.toml pins.

    ``broken`` packages cannot be used, ``private`` ones only by who may read their sources;
    ``options`` are the names of the options below ``services.ear`` and ``services.oar``.
    """

    commit: str
    date: str
    packages: tuple[str, ...]
    modules: tuple[str, ...]
    broken: tuple[str, ...]
    private: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]


@cache
def migrations(folders: tuple[Path, ...] = ()) -> Mapping[str, Migration]:
    """Return every migration by name, in the order of the file; those of catalogue folders too.

    Raises:
        InputError: the file of a folder is no TOML, or has an unknown or missing key.

    """
    return dict(tables([templates_folder(), *folders], "migrations.toml", Migration))


@cache
def option_moves() -> Mapping[str, Move]:
    """Return what became of every option that nixpkgs moved, by its old name."""
    rows = _rows(_read("options"), ("new", "since", "before_20_09"))
    return msgspec.convert(rows, dict[str, Move])


@cache
def package_moves() -> Mapping[str, Mapping[str, Gone]]:
    """Return what became of packages, by set (``pkgs``, ``python3Packages``, ``lib``) and name."""
    fields = ("kind", "new", "date")
    found = {name: _rows(rows, fields) for name, rows in _read("packages").items()}
    return msgspec.convert(found, dict[str, dict[str, Gone]])


@cache
def _kapack() -> Mapping[str, Mapping[str, Branch]]:
    return msgspec.convert(_read("kapack"), dict[str, dict[str, Branch]])


def kapack_branches() -> Mapping[str, Branch]:
    """Return what the branches of nur-kapack hold, by name."""
    return _kapack()["branches"]


def kapack_at(ref: str) -> Branch | None:
    """Return what nur-kapack holds at a branch, or a revision whose content is known; else None."""
    branches = kapack_branches()
    known = {row.commit: row for row in branches.values()}
    return branches.get(ref) or _kapack()["revisions"].get(ref) or known.get(ref)


def _read(name: str) -> dict[str, object]:
    file = templates_folder() / "moves" / f"{name}.json"
    return msgspec.convert(json.loads(file.read_text(encoding="utf-8-sig")), dict[str, object])


def _rows(table: object, fields: tuple[str, ...]) -> dict[str, dict[str, object]]:
    """Give the values of each row their names."""
    rows = msgspec.convert(table, dict[str, list[object]])
    return {name: dict(zip(fields, row, strict=True)) for name, row in rows.items()}
