"""Marks: what the options of a role say about the parts that it runs, as ``service.toml`` has it.

A mark is one line of text. It names options, each with what has to hold of it, joined by `` and ``:

==================================== ===========================================================
``services.oar.node.enable``         the option is set, and to something else than false or null
``services.k3s.role = server``       it is set to this text or number
``environment.systemPackages has x`` it is a list that has the package ``x``
==================================== ===========================================================

A part of a path that holds a dot is quoted: ``environment.etc."a.conf".text``. It may be ``*``,
which stands for any name, or ``{export}``: any name again, which is what the part's option
``export`` was set to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

_CONDITION = re.compile(
    r"""(?P<path>(?:"[^"]+"|[^."\s]+)(?:\.(?:"[^"]+"|[^."\s]+))*)"""
    r"(?: (?P<test>=|has) (?P<operand>.+))?"
)
_PARTS = re.compile(r'"([^"]+)"|([^."]+)')
_NAME = re.compile(r"\{([a-z_]+)\}|\*|[^{}*\s]+")


class Setting(Protocol):
    """One option that a role sets: its path and its value, in the form of JSON."""

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the path."""

    @property
    def value(self) -> object:
        """A boolean, number or text; a list; None for anything else."""


class MarkError(ValueError):
    """A text is no mark; the message says why."""


@dataclass(frozen=True)
class Condition:
    """What has to hold of one option; ``test`` is empty, ``=`` or ``has``."""

    path: tuple[str, ...]
    test: str = ""
    operand: str = ""

    def captured(self, setting: Setting) -> dict[str, str] | None:
        """Return what the names in braces stand for when the option is as wanted, else None."""
        if len(setting.path) != len(self.path) or not self._holds(setting.value):
            return None
        found: dict[str, str] = {}
        for wanted, name in zip(self.path, setting.path, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = name
            elif wanted not in ("*", name):
                return None
        return found

    def _holds(self, value: object) -> bool:
        if self.test == "=":
            return str(value) == self.operand
        if self.test == "has":
            items = value if isinstance(value, list) else []
            return {"package": self.operand} in items
        return value is not False and value is not None


@cache
def conditions(text: str) -> tuple[Condition, ...]:
    """Return what a mark asks for.

    Raises:
        MarkError: the text is no mark.

    """
    found = []
    for each in text.split(" and "):
        matched = _CONDITION.fullmatch(each)
        names = tuple(a or b for a, b in _PARTS.findall(matched["path"])) if matched else ()
        if matched is None or not all(_NAME.fullmatch(name) for name in names):
            raise MarkError(f"{each!r} is no option with what has to hold of it")
        found.append(Condition(names, matched["test"] or "", matched["operand"] or ""))
    return tuple(found)


def match(text: str, settings: Iterable[Setting]) -> dict[str, str] | None:
    """Return what the names in braces stand for when a mark fits the options, else None."""
    every = list(settings)
    captured: dict[str, str] = {}
    for condition in conditions(text):
        first = next((f for s in every if (f := condition.captured(s)) is not None), None)
        if first is None:
            return None
        captured.update(first)
    return captured


def values(text: str, settings: Iterable[Setting]) -> Iterator[object]:
    """Yield what the options hold that a path fits, or the names that its ``*`` stands for.

    ``nxc.users.names`` yields that list; ``users.users.*.isNormalUser`` the name of each user for
    whom it is set.
    """
    condition = conditions(text)[0]
    for setting in settings:
        if condition.captured(setting) is None:
            continue
        if "*" in condition.path:
            yield setting.path[condition.path.index("*")]
        else:
            yield setting.value


def names_in_braces(marks: Iterable[str]) -> set[str]:
    """Return the options of a part that marks tell the values of."""
    return {
        name[1:-1]
        for text in marks
        for condition in conditions(text)
        for name in condition.path
        if name.startswith("{")
    }


def faults(marks: Iterable[str], options: Mapping[str, object]) -> Iterator[str]:
    """Yield what is wrong with the marks of a part that has these options."""
    for text in marks:
        try:
            unknown = names_in_braces([text]) - set(options)
        except MarkError as error:
            yield str(error)
            continue
        if unknown:
            yield f"{text!r} names {', '.join(sorted(unknown))}, which is no option of the part"
