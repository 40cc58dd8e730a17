"""Projects with a Makefile alone, and kernel modules, read without running make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.packages.detect.compilers import PKG_CONFIG, SYSTEM_LIBRARIES, of_commands
from scaffold.packages.detect.facts import COMPILED, Folder
from scaffold.packages.detect.no_builder import program_without_builder
from scaffold.packages.detect.project import (
    Need,
    Project,
    first,
    only,
    plain_number,
    without_comments,
)

#: Programs that recipes call and that nixpkgs has under another name or the same.
_NAMES_OF_TOOLS = """
    a2x asciidoc asciidoctor bison cmake doxygen flex gettext go gperf gzip help2man lex m4
    makeinfo msgfmt nasm pandoc perl pod2man protoc python3 ronn rst2man scdoc swig txt2man
    xsltproc xxd yacc
"""
_TOOLS = frozenset(_NAMES_OF_TOOLS.split())
#: Words at the start of a command that every build has, and those of the shell.
_NAMES_OF_BASIC = """
    ar as awk basename bash break bzip2 cat cc cd chmod chown clang cmp command continue cp
    cpp cppcheck curl cut date diff dirname do docker done dpkg-buildpackage echo egrep elif
    else env esac eval exec exit expand export expr false fgrep fi find for function g++
    gawk gcc gdb git grep gzip head hg hostname id if in indent install ld ldconfig ln ls
    make mkdir mktemp mv nm nproc objcopy objdump od patch popd printf ps pushd pwd ranlib
    read rm rmdir rpmbuild sed seq set sh shellcheck shift sleep sort stat strip sudo svn
    tail tar tee test then time touch tr trap true tsort tty type ulimit uname uniq unset
    until unzip valgrind wait wc wget which while whoami xargs xz yes
"""
_BASIC = frozenset(_NAMES_OF_BASIC.split())


#: Folders of what is not installed.
_ASIDE = re.compile(r"(^|/)(tests?|tools|scripts|examples?|docs?|contrib)/")
#: So many folders are followed in which a Makefile runs make.
_MOST_MAKEFILES = 20


def file_of(folder: Folder) -> str:
    """Return the name of the Makefile."""
    return next((n for n in folder.names() if n.lower() in ("makefile", "gnumakefile")), "Makefile")


def compiles(folder: Folder) -> bool:
    """Say whether the Makefile calls a compiler or has a rule for object files."""
    text = without_comments(folder.text(file_of(folder)))
    return bool(re.search(r"\$[({](CC|CXX|LINK\.\w+)[)}]|^(\.c\.o|%\.o)\s*:", text, re.MULTILINE))


def read_project(folder: Folder) -> Project:
    """Read the Makefile for a version, tests, the install target and what it calls and links."""
    file = file_of(folder)
    text = without_comments(folder.text(file))
    versions = {
        plain_number(v)
        for v in re.findall(r"(?m)^(?:export\s+)?VERSION\s*[:?]?=\s*(\S+)\s*$", text)
    }
    install = bool(re.search(r"^install\s*:(?!=)|^install\s.*:", text, re.MULTILINE))
    compiled = any(COMPILED.search(f) and not _ASIDE.search(f) for f in folder.walk())
    flat, unmade = _with_makefiles(folder, text.replace("\\\n", " "))
    calls = list(dict.fromkeys(_called(flat)))
    language = program_without_builder(flat, calls)
    return Project(
        file=file,
        version=only(versions - {""}),
        tests=bool(re.search(r"^check\s*:(?!=)|^\.PHONY:.*\bcheck\b", text, re.MULTILINE)),
        needs=tuple(dict.fromkeys(_needs(flat, calls))),
        extra={"install": install, "test_target": first(r"^(check|test)\s*:(?!=)", text)},
        doubt=language
        or ("" if install or compiled else "it installs nothing, and nothing is compiled"),
        unread=(*_not_read(flat, calls, file), *unmade),
    )


def _with_makefiles(folder: Folder, text: str) -> tuple[str, list[str]]:
    """Return a Makefile's text with those that it calls in other folders, and those not read."""
    texts, unread, seen = [text], [], {"."}
    for at in texts:
        for directory, file in _folders_made(at):
            if directory in seen or _ASIDE.search(f"{directory}/") or len(seen) > _MOST_MAKEFILES:
                continue
            seen.add(directory)
            names = [file] if file else ["GNUmakefile", "makefile", "Makefile"]
            found = next((t for n in names if (t := folder.text(f"{directory}/{n}"))), "")
            texts += [without_comments(found).replace("\\\n", " ")] if found else []
            unread += [] if found else [f"what is made in {directory}"]
    return "\n".join(texts), unread


def _folders_made(text: str) -> Iterator[tuple[str, str]]:
    """Yield the folders that a Makefile runs make in, each with the file if that is named."""
    make_ = r"(?:\$[({]MAKE[)}]|\bmake)"
    for match in re.finditer(rf"{make_}(?:[ \t]+-\w+)*?[ \t]+-C[ \t]+([\w./-]+)([^\n;&|]*)", text):
        file = re.search(r"-f[ \t]+([\w.-]+)", match[2])
        yield match[1].rstrip("/"), file[1] if file else ""
    for match in re.finditer(rf"\bcd[ \t]+([\w./-]+)[ \t]*&&[ \t]*{make_}", text):
        yield match[1].rstrip("/"), ""


def _needs(text: str, calls: list[str]) -> Iterator[Need]:
    """Yield what is called and linked; a library that is linked on a condition only is optional."""
    yield from of_commands(text)
    always = [*_linked(_unconditional(text))]
    yield from always
    yield from (replace(n, optional=n.role == "build") for n in _linked(text) if n not in always)
    yield from _tools(calls)


def _unconditional(text: str) -> str:
    """Return the lines outside ``ifdef``, ``ifeq`` and their like."""
    lines, depth = [], 0
    for line in text.split("\n"):
        word = first(r"^ *(\w+)", line)
        depth += word in ("ifdef", "ifndef", "ifeq", "ifneq")
        if not depth:
            lines.append(line)
        depth -= word == "endif" and depth > 0
    return "\n".join(lines)


def _linked(text: str) -> Iterator[Need]:
    """Yield the modules of pkg-config and the libraries that are linked."""
    for asked in re.findall(r"\b(?:pkg-config|PKG_CONFIG[)}])\s+([^)`\n|;]*)", text):
        yield PKG_CONFIG
        for word in re.findall(r"(?<![\w-])[A-Za-z][\w.+-]*", re.sub(r"--\S+", " ", asked)):
            yield Need(word, "pkg-config")
    for name in re.findall(r"(?<![\w-])-l([A-Za-z][\w+.-]*)", text):
        if name not in SYSTEM_LIBRARIES:
            yield Need(name, "library")


def _called(text: str) -> Iterator[str]:
    """Yield the first word of each command of a recipe."""
    recipes = re.findall(r"(?m)^\t[@+-]*(.*)$", text)
    for line in recipes:
        for command in re.split(r"&&|\|\|?|;", line):
            match = re.match(r"\s*[@(]*\s*([a-z][a-z0-9_+.-]*)(?=\s|$)", command)
            if match:
                yield match[1]
    yield from re.findall(r"\$\(shell\s+([a-z][\w.-]*)", text)


def _tools(calls: list[str]) -> Iterator[Need]:
    for name in calls:
        if name in _TOOLS and name not in _BASIC:
            yield Need(name, "tools", "native")


def _not_read(text: str, calls: list[str], file: str) -> Iterator[str]:
    strange = [c for c in calls if c not in _TOOLS and c not in _BASIC]
    compilers = re.compile(r"mpi\w+|gfortran|nvcc|javac|cargo|rustc|pkg-config|ldc2|valac|f\d\d")
    for name in strange:
        if not compilers.fullmatch(name):
            yield f"the program {name} of {file}"
    if re.search(r"^-?include\s+[^\s$]*\.mk\b|^-?include\s+.*\$", text, re.MULTILINE):
        yield f"what {file} includes"


def kernel(folder: Folder) -> Project:
    """Read dkms.conf and the Makefile of a kernel module."""
    text = folder.text("dkms.conf")
    name = first(r"^PACKAGE_NAME\s*=\s*\"?([^\"\s]+)", text)
    version = plain_number(first(r"^PACKAGE_VERSION\s*=\s*\"?([^\"\s]+)", text))
    return Project(
        file="dkms.conf" if text else "Makefile",
        name="" if re.search(r"[@#$]", name) else name,
        version=version,
        tests=False,
        extra={"makefile": bool(folder.text("Makefile"))},
    )
