"""Reads recorded answers that no validator has seen: what is not of its form is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.base import values
from scaffold.base.errors import InputError, Problem, show

#: Answers of the form of an answers file; each value is looked at before it is used.
Raw = dict[str, object]


def parts_in(role: Mapping[str, object]) -> list[str]:
    """Return the parts that a role of recorded answers was given.

    Raises:
        InputError: they are no list.

    """
    try:
        return values.listed(role.get("parts", []))
    except values.InvalidError as error:
        raise InputError(Problem("parts", error.what, error.remedy)) from error


def count_of(role: Mapping[str, object]) -> int:
    """Return the number of hosts that a role of recorded answers was given.

    Raises:
        InputError: it is no number.

    """
    try:
        return values.integer(role.get("count", 1))
    except values.InvalidError as error:
        raise InputError(Problem("count", error.what, error.remedy)) from error


def table_in(holder: Mapping[str, object], key: str) -> Raw:
    """Return a table of recorded answers itself, to be changed; a new one where there is none.

    Raises:
        InputError: it is no table.

    """
    found = holder.get(key, {})
    if not isinstance(found, dict):
        raise InputError(Problem(key, f"{show(found)} is not a table", f"Write it as [{key}]"))
    return found


def tables_in(holder: Mapping[str, object], key: str) -> dict[str, Raw]:
    """Return the tables in a table by name, each itself.

    Raises:
        InputError: one of them is no table.

    """
    table = table_in(holder, key)
    return {name: table_in(table, name) for name in table}
