"""Sources that no builder here is for: which language they are in, and what nixpkgs has for it.

Plain data is only what is inert for certain: every file of it is of a kind that is installed as it
is. The languages and the kinds are data, ``templates/packages/languages.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import PurePosixPath

import msgspec

from scaffold.packages.builders import packages_folder
from scaffold.packages.detect.facts import Folder

#: How deep and how many files are looked at before a source counts as data.
DEEPEST, MOST = 30, 30_000


class Language(msgspec.Struct, frozen=True):
    """A language or build tool: globs of files in the root, endings of sources, and the way.

    ``programs`` are those that build it: a Makefile that calls one is of this language too.

    Files of one that ``accompanies`` others say nothing against a Makefile, such as a Dockerfile.
    """

    title: str
    way: str
    files: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    accompanies: bool = False


class _Data(msgspec.Struct, frozen=True):
    endings: tuple[str, ...]


class _Table(msgspec.Struct, frozen=True):
    language: tuple[Language, ...]
    data: _Data


@cache
def _table() -> _Table:
    file = packages_folder() / "languages.toml"
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Table)


def built_by(folder: Folder) -> Iterator[tuple[Language, str]]:
    """Yield the languages whose build files are in the root, each with the file."""
    names = [name for name in folder.names() if not name.endswith("/")]
    for language in _table().language:
        for name in names:
            if any(PurePosixPath(name).match(glob) for glob in language.files):
                yield language, name
                break


def program_without_builder(makefile: str, calls: Iterable[str]) -> str:
    """Say which language a Makefile builds by a program of its own; empty when there is none.

    >>> "it calls qmake of Qt (qmake)"
    """
    values = re.findall(r"(?m)^\s*\w+\s*[:?]?=\s*([a-z][\w-]*)\s*$", makefile)
    named = {*calls, *values}
    for language in _table().language:
        for program in language.programs:
            if program in named:
                return f"it calls {program} of {language.title}"
    return ""


def needs_builder(folder: Folder) -> str:
    """Say which language a source is in and what speaks against plain data; empty when it is data.

    >>> "src/Main.java is Java, which has no builder here; nixpkgs has …"
    """
    for language, file in built_by(folder):
        return _told(file, language)
    sources = {ending: language for language in _table().language for ending in language.endings}
    strange = ""
    count = 0
    for file in folder.walk(deepest=DEEPEST, most=MOST):
        count += 1
        ending = file.rpartition("/")[2].rpartition(".")[2]
        if ending in sources and "." in file.rpartition("/")[2]:
            return _told(file, sources[ending])
        if not strange and not _is_inert(file, folder):
            strange = file
    if count >= MOST:
        return f"there are more than {MOST} files, and not all were looked at"
    if strange:
        return f"no build file is known here, and it is not certain that {strange} is plain data"
    return ""


def _told(file: str, language: Language) -> str:
    return f"{file} is {language.title}, which has no builder here; nixpkgs has {language.way}"


def _is_inert(file: str, folder: Folder) -> bool:
    """Say whether a file is of a kind that is installed as it is, or a text without an ending."""
    name = file.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    if dot and (stem or ending):
        return ending in _table().data.endings or not stem or ending.isdigit()
    start = folder.text(file)[:2]
    return bool(start) and start != "#!" and "\0" not in folder.text(file)[:200]
