"""Projects of Meson, read without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.compilers import PKG_CONFIG, SYSTEM_LIBRARIES, mpi, of_languages
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import (
    Need,
    Project,
    call_of,
    first,
    only,
    plain_number,
    without_comments,
)

_TESTS = re.compile(r"(^|/)(tests?|examples?|docs?|bench\w*)/", re.IGNORECASE)
#: What the compiler or the C library has.
_GIVEN = frozenset(
    {"threads", "dl", "m", "epoll-shim", "openmp", "intl", "iconv", "appleframeworks"}
)
#: Programs that are there in every build.
_NAMES_OF_BASIC = """
    ar awk bash cat cp diff env gawk grep gzip install ld ln make mv nm objcopy patch sed sh
    strip tar test touch true
"""
_BASIC = frozenset(_NAMES_OF_BASIC.split())


def read_project(folder: Folder) -> Project:
    """Read meson.build of the root, and those below it but for those of tests."""
    text = without_comments(folder.text("meson.build"))
    call = call_of(text, "project")
    version = first(r"\bversion\s*:\s*['\"]([^'\"]+)", call)
    licences = re.search(r"\blicense\s*:\s*(\[[^\]]*\]|'[^']*')", call)
    listed = re.findall(r"'([^']+)'", licences[1]) if licences else []
    files = [f for f in folder.walk(deepest=2) if f.endswith("/meson.build")]
    below = [without_comments(folder.text(f)) for f in files if not _TESTS.search(f)]
    every = [text, *below]
    needs: list[Need] = []
    unread: list[str] = []
    languages = re.findall(r"'(\w+)'", re.split(r"\b\w+\s*:", call)[0])[1:]
    needs += of_languages(languages)
    for part in every:
        needs += _needs(part)
        unread += _not_read(part)
    return Project(
        file="meson.build",
        name=first(r"^\s*['\"]([^'\"]+)", call),
        version=plain_number(version),
        licence=listed[0] if len(listed) == 1 else "",
        program=only({n for t in every for n in _programs(t)}),
        tests=any(re.search(r"(?<!\w)test\s*\(", folder.text(f)) for f in ["meson.build", *files]),
        needs=tuple(dict.fromkeys(needs)),
        unread=tuple(dict.fromkeys(unread)),
    )


def _programs(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<!\w)executable\s*\(", text):
        call = call_of(text[match.start() :], "executable")
        name = re.match(r"\s*'([^']+)'\s*(?:,|$)", call)
        if re.search(r"\binstall\s*:\s*true", call):
            yield name[1] if name else ""  # one whose name is computed makes all uncertain


def _calls(text: str, name: str) -> Iterator[tuple[list[str], bool, str]]:
    """Yield the plain names of each call, whether it may fail, and its text.

    A call within an ``if`` may not be made at all.
    """
    for match in re.finditer(rf"(?<!\w){name}\s*\(", text):
        call = call_of(text[match.start() :], name)
        before = text[: match.start()]
        depth = len(re.findall(r"(?m)^\s*if\b", before)) - len(
            re.findall(r"(?m)^\s*endif\b", before)
        )
        optional = depth > 0 or bool(
            re.search(r"required\s*:\s*(false|get_option|\w*opt)|fallback\s*:", call)
        )
        yield re.findall(r"'([^']+)'", re.split(r"\b\w+\s*:", call)[0]), optional, call


def _needs(text: str) -> Iterator[Need]:
    for names, optional, _ in _calls(text, "add_languages"):
        yield from of_languages(names, optional=optional)
    for names, optional, call in _calls(text, "dependency"):
        native = bool(re.search(r"\bnative\s*:\s*true", call))
        if not names or names[0] in _GIVEN:
            continue
        if names[0] == "mpi":
            yield from mpi(optional=optional)
            continue
        yield PKG_CONFIG
        kind = "tools" if native and names[0] in ("scdoc", "wayland-scanner") else "pkg-config"
        yield Need(names[0], kind, "native" if native else "build", optional)
    for names, optional, _ in _calls(text, "find_library"):
        if names and names[0] not in SYSTEM_LIBRARIES:
            yield Need(names[0], "library", "build", optional)
    for names, optional, _ in _calls(text, "find_program"):
        if names and names[0] in _TOOLS:
            yield Need(names[0], "tools", "native", optional)


#: Programs of the table ``[tools]`` that a build calls under that very name.
_NAMES_OF_TOOLS = """
    a2x asciidoctor bison doxygen flex gettext glslangValidator gperf help2man m4 nasm
    pandoc perl python3 scdoc wayland-scanner xsltproc
"""
_TOOLS = frozenset(_NAMES_OF_TOOLS.split())


def _not_read(text: str) -> Iterator[str]:
    for names, optional, _ in _calls(text, "find_program"):
        plain = names and not re.search(r"[./]", names[0])
        if plain and names[0] not in _TOOLS | _BASIC and not optional:
            yield f"the program {names[0]}"
    for names, _, call in _calls(text, "dependency"):
        if not names and call.strip():
            yield f"dependency({' '.join(call.split())[:40]})"
