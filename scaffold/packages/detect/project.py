"""What a project says of itself in the files of its ecosystem, and what its readers share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["build", "native", "propagated", "check", "backend"]


@dataclass(frozen=True)
class Need:
    """A dependency as the project names it: ``kind`` is a table of ``dependencies.toml``."""

    name: str
    kind: str
    role: Role = "build"
    optional: bool = False


@dataclass(frozen=True)
class Project:
    """What one project file says; empty text and None mean that it says nothing.

    ``licence`` is an SPDX expression or whatever the file holds. ``tests`` says whether there are
    tests that can run in a build, ``program`` names the one program when that is certain.
    ``file`` is where all this was read. ``doubt`` is what speaks against the builder, and
    ``accounts_for`` names files of other builders that this one runs itself. ``filler``: the
    licence is what a program writes when nobody says one. ``unread`` says, in words, what names
    dependencies and was not understood, so that the list may be incomplete.
    """

    file: str
    name: str = ""
    version: str = ""
    description: str = ""
    homepage: str = ""
    licence: str = ""
    program: str = ""
    tests: bool | None = None
    needs: tuple[Need, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    doubt: str = ""
    accounts_for: tuple[str, ...] = ()
    filler: bool = False
    unread: tuple[str, ...] = ()


def only(items: object) -> str:
    """Return the one text of a list or the one key of a table, empty when there are more."""
    listed = list(items) if isinstance(items, (list, tuple, dict, set)) else []
    return str(listed[0]) if len(listed) == 1 else ""


def main_of(programs: object, name: str) -> str:
    """Return the one program, or the one of several that is called as the project is."""
    listed = list(programs) if isinstance(programs, (list, tuple, dict, set)) else []
    short = name.rpartition("/")[2].lower()
    return only(listed) or only([p for p in listed if str(p).lower() == short])


def first(pattern: str, text: str, flags: int = re.MULTILINE) -> str:
    """Return the first group of the first match, empty when there is none."""
    match = re.search(pattern, text, flags)
    return " ".join(match[1].split()) if match and match[1] else ""


def without_comments(text: str, sign: str = "#") -> str:
    """Return a text without comments from ``sign`` to the end of the line."""
    return re.sub(rf"(?m){re.escape(sign)}.*$", "", text)


def plain_number(text: str) -> str:
    """Return a version, empty for text that holds variables or words."""
    return text.removeprefix("v") if re.fullmatch(r"v?\d+(?:\.\d+)*(?:[-.\w]*)", text) else ""


def call_of(text: str, name: str) -> str:
    """Return the arguments of the first call of a function, brackets within them included.

    ``name`` is a pattern.
    """
    match = re.search(rf"(?m)(?<!\w){name}\s*\(", text)
    if not match:
        return ""
    depth, place = 1, match.end()
    while place < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
    return text[match.end() : place - 1]
