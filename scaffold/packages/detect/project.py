"""What a project says of itself in the files of its ecosystem, and what its readers share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypedDict

Role = Literal["build", "native", "propagated", "check", "backend"]


@dataclass(frozen=True)
class Need:
    """A dependency as the project names it: ``kind`` is a table of ``dependencies.toml``."""

    name: str
    kind: str
    role: Role = "build"
    optional: bool = False


class BuilderValues(TypedDict, total=False):
    """What only the template of one builder reads; what is left out is as usual for the builder.

    ``arguments`` are those of the package's function besides the builder's own, and ``self`` is
    how it reaches its attributes (``finalAttrs`` or ``rec``). ``files`` are texts to keep in the
    package's folder, by name. ``path`` leads from the package's file to a source in the same
    repository, ``folder`` to the part of the source that is built. The names in ``executable``,
    ``test`` and (of Haskell) ``library`` are dependencies of those targets.
    """

    library: bool | list[str]
    module: str
    lock: bool
    build: bool
    vendor_hash: str
    install: bool
    gem: bool
    makefile: bool
    folder: str
    other_lock: str
    cargo: bool
    cmake: bool
    test_target: str
    files: dict[str, str]
    executable: list[str]
    test: list[str]
    library_tools: list[str]
    executable_tools: list[str]
    test_tools: list[str]
    perl_module: bool
    zig_dependencies: list[str]
    rockspec: str
    rockspec_version: str
    is_library: bool
    is_executable: bool
    arguments: list[str]
    self: str
    path: str
    submodules: bool


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
    extra: BuilderValues = field(default_factory=BuilderValues)
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
