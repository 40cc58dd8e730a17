"""Which rules run: flags, the project's settings, the user's.

A project says it in the table ``[check]`` of its ``.nxc-scaffold.toml``, where every command leaves
it as it is, or of ``nxc-scaffold.toml``, for projects that were written by hand; the user in that
of the config file: ``select``, ``ignore`` (codes, the beginning of codes, or names) and ``strict``.
What a flag or the project selects replaces what the user selects; what is ignored is added up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from scaffold.base.errors import InputError, Problem
from scaffold.base.tool_version import ANSWERS_FILE
from scaffold.base.values import did_you_mean
from scaffold.checks.engine import Wanted
from scaffold.checks.registry import matching

#: The files of a project that may have the table; the first one counts more.
FILES = (ANSWERS_FILE, "nxc-scaffold.toml")
KEYS = ("select", "ignore", "strict")


@dataclass(frozen=True)
class Table:
    """One table ``[check]``; ``select`` None means that nothing is selected in particular."""

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    strict: bool = False

    def over(self, below: Table) -> Table:
        """Return this table on top of another."""
        select = self.select if self.select is not None else below.select
        return Table(select, self.ignore | below.ignore, self.strict or below.strict)

    def wanted(self, *, evaluate: bool) -> Wanted:
        """Return what the engine is asked for."""
        return Wanted(self.select, self.ignore, evaluate)


def table_of(given: object, where: str) -> Table:
    """Return a table as it was read.

    Raises:
        InputError: a key is unknown or of another kind, or a selector means no rule.

    """
    if not isinstance(given, Mapping):
        raise InputError(Problem(where, "check is no table", "Write [check] and keys below it"))
    problems = []
    for key in given:
        if key not in KEYS:
            remedy = did_you_mean(str(key), KEYS, f"Use {', '.join(KEYS)}")
            problems.append(Problem(f"{where}: check.{key}", "there is no such key", remedy))
    if not isinstance(given.get("strict", False), bool):
        problems.append(Problem(f"{where}: check.strict", "is no boolean", "Write true or false"))
    for key in ("select", "ignore"):
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            problems.append(
                Problem(f"{where}: check.{key}", "is no list of texts", 'Write ["NXC101"]')
            )
    if problems:
        raise InputError(*problems)
    select = matching(given["select"], f"{where}: check.select") if "select" in given else None
    ignore = matching(given.get("ignore", []), f"{where}: check.ignore")
    return Table(select, ignore, given.get("strict", False))


def project_table(root: Path) -> Table:
    """Return the settings of a project: of the first folder upwards that has some.

    Raises:
        InputError: the file is no TOML, or its table cannot be used.

    """
    for folder in (root, *root.parents):
        found = [table for name in FILES if (table := _read(folder / name)) is not None]
        if found:
            return reduce(Table.over, found)
        if (folder / ".git").exists():
            break
    return Table()


def _read(file: Path) -> Table | None:
    """Return the table of a file, None when there is no file or no table in it."""
    try:
        data = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        return None
    except (ValueError, RecursionError) as error:
        if file.name == ANSWERS_FILE:  # a rule tells it, with the line
            return None
        problem = Problem(str(file), f"is not TOML: {error}", "Correct the file")
        raise InputError(problem) from error
    return table_of(data["check"], str(file)) if "check" in data else None
