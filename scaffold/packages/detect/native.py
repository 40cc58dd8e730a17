"""Projects of CMake, Meson, Autotools, plain make and kernel modules, read without running them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.facts import COMPILED, Folder
from scaffold.packages.detect.project import Need, Project, first, main_of, only, without_comments

_NUMBER = r"v?\d+(?:\.\d+)*(?:[-.\w]*)"


def _number(text: str) -> str:
    """Return a version, empty for text that holds variables or words."""
    return text.removeprefix("v") if re.fullmatch(_NUMBER, text) else ""


def cmake(folder: Folder) -> Project:
    """Read CMakeLists.txt of the root and, for dependencies, of the folders below it."""
    text = without_comments(folder.text("CMakeLists.txt"))
    call = first(r"(?is)\bproject\s*\(([^)]*)\)", text)
    name = first(r"^\s*[\"']?([\w.+-]+)", call)
    every = [text, *_below(folder, "CMakeLists.txt")]
    programs = _cmake_programs(every, name)
    return Project(
        file="CMakeLists.txt",
        name=name,
        version=_number(first(r"(?i)\bVERSION\s+[\"']?([^\s\"')]+)", call)),
        description=first(r"(?is)\bDESCRIPTION\s+\"([^\"]+)\"", call),
        homepage=first(r"(?is)\bHOMEPAGE_URL\s+\"([^\"]+)\"", call),
        program=main_of(programs, name),
        tests=any(
            re.search(r"(?i)\b(enable_testing|add_test)\s*\(|include\s*\(\s*CTest", t)
            for t in every
        ),
        needs=tuple(dict.fromkeys(_cmake_needs(text))),
    )


def _below(folder: Folder, name: str) -> list[str]:
    files = [f for f in folder.walk(deepest=2) if f.endswith("/" + name)]
    tests = re.compile(r"(^|/)(tests?|examples?|docs?|bench\w*)/", re.IGNORECASE)
    return [without_comments(folder.text(f)) for f in files if not tests.search(f)]


def _cmake_programs(texts: list[str], project: str) -> set[str]:
    """Return the executables that are both made and installed."""
    made = {m for t in texts for m in re.findall(r"(?i)\badd_executable\s*\(\s*([\w.+${}-]+)", t)}
    made = {re.sub(r"\$\{(PROJECT_NAME|CMAKE_PROJECT_NAME)\}", project, m) for m in made}
    if any("OUTPUT_NAME" in t for t in texts):
        return set()  # a program is called otherwise than its target
    installs = " ".join(
        " ".join(re.findall(r"(?is)\binstall\s*\(\s*(?:TARGETS|PROGRAMS)([^)]*)\)", t))
        for t in texts
    ).replace("${PROJECT_NAME}", project)
    return {m for m in made if m in installs.split() and "$" not in m}


def _cmake_needs(text: str) -> Iterator[Need]:
    for call in re.findall(r"(?is)\bfind_package\s*\(([^)]*)\)", text):
        words = call.split()
        if words and words[0] not in ("Threads", "OpenMP"):  # which the compiler brings
            yield Need(
                words[0],
                "cmake",
                "native" if words[0] in ("PkgConfig", "Git", "Doxygen") else "build",
                optional="REQUIRED" not in words,
            )
    for call in re.findall(r"(?is)\bpkg_(?:check_modules|search_module)\s*\(([^)]*)\)", text):
        words = call.split()
        optional = "REQUIRED" not in words
        yield Need("pkg-config", "tools", "native")
        for word in words[1:]:
            if not word.isupper() and not re.match(r"[<>=\d$]", word):
                yield Need(re.split(r"[<>=]", word)[0].strip('"'), "pkg-config", "build", optional)


def meson(folder: Folder) -> Project:
    """Read meson.build of the root."""
    text = without_comments(folder.text("meson.build"))
    call = _call(text, "project")
    version = first(r"\bversion\s*:\s*['\"]([^'\"]+)", call)
    licences = re.search(r"\blicense\s*:\s*(\[[^\]]*\]|'[^']*')", call)
    listed = re.findall(r"'([^']+)'", licences[1]) if licences else []
    every = [text, *_below(folder, "meson.build")]
    programs = {n for t in every for n in _meson_programs(t)}
    return Project(
        file="meson.build",
        name=first(r"^\s*['\"]([^'\"]+)", call),
        version=_number(version),
        licence=listed[0] if len(listed) == 1 else "",
        program=only(programs),
        tests=any(re.search(r"(?<!\w)test\s*\(", t) for t in every)
        or any(
            f.endswith("meson.build") and re.search(r"(?<!\w)test\s*\(", folder.text(f))
            for f in folder.walk(deepest=2)
        ),
        needs=tuple(dict.fromkeys(_meson_needs(text))),
    )


def _call(text: str, name: str) -> str:
    """Return the arguments of the first call of a function, brackets within them included."""
    match = re.search(rf"(?m)(?<!\w){name}\s*\(", text)
    if not match:
        return ""
    depth, place = 1, match.end()
    while place < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
    return text[match.end() : place - 1]


def _meson_programs(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<!\w)executable\s*\(", text):
        call = _call(text[match.start() :], "executable")
        name = re.match(r"\s*'([^']+)'\s*(?:,|$)", call)
        if re.search(r"\binstall\s*:\s*true", call):
            yield name[1] if name else ""  # one whose name is computed makes all uncertain


def _meson_needs(text: str) -> Iterator[Need]:
    for match in re.finditer(r"(?<!\w)dependency\s*\(", text):
        call = _call(text[match.start() :], "dependency")
        optional = bool(re.search(r"required\s*:\s*(false|get_option)|fallback\s*:", call))
        native = bool(re.search(r"\bnative\s*:\s*true", call))
        names = re.findall(r"'([^']+)'", re.split(r"\b\w+\s*:", call)[0])
        if names and names[0] not in ("threads", "dl", "m", "epoll-shim"):
            yield Need("pkg-config", "tools", "native")
            kind = "tools" if native and names[0] in ("scdoc", "wayland-scanner") else "pkg-config"
            yield Need(names[0], kind, "native" if native else "build", optional)
    for call in re.findall(r"(?<!\w)find_program\s*\(\s*'([^']+)'([^)]*)\)", text):
        if call[0] in ("scdoc", "wayland-scanner", "bison", "flex", "gettext", "help2man"):
            yield Need(call[0], "tools", "native", "required" in call[1])


def autotools(folder: Folder) -> Project:
    """Read configure.ac, and Makefile.am for programs and tests."""
    file = "configure.ac" if folder.text("configure.ac") else "configure.in"
    text = re.sub(r"(?m)(\bdnl\b|^\s*#).*$", "", folder.text(file))
    call = _call(text, "AC_INIT")
    parts = [p.strip().strip("[]").strip() for p in _arguments(call)]
    makefiles = folder.text("Makefile.am") + folder.text("src/Makefile.am")
    programs = first(r"^bin_PROGRAMS\s*\+?=[ \t]*(.*)$", makefiles).split()
    parts += [""] * 5
    return Project(
        file=file,
        name=parts[3] or parts[0],
        version=_number(parts[1]),
        homepage=parts[4] if parts[4].startswith("http") else "",
        program=programs[0] if len(programs) == 1 and "$" not in programs[0] else "",
        tests=bool(re.search(r"^(TESTS|check_PROGRAMS)\s*\+?=|^check(-local)?:", makefiles, re.M)),
        needs=tuple(dict.fromkeys(_autotools_needs(text))),
    )


def _arguments(call: str) -> list[str]:
    """Split at commas outside brackets."""
    parts, depth = [""], 0
    for char in call:
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(char, 0)
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _autotools_needs(text: str) -> Iterator[Need]:
    for match in re.finditer(r"\bPKG_CHECK_MODULES\s*\(", text):
        parts = _arguments(_call(text[match.start() :], "PKG_CHECK_MODULES"))
        modules = parts[1] if len(parts) > 1 else ""
        yield Need("pkg-config", "tools", "native")
        for name in re.findall(r"[A-Za-z][\w.+-]*", re.sub(r"[<>=]+\s*[\d.]+", " ", modules)):
            yield Need(name, "pkg-config", "build", optional=len(parts) > 3)
    checked = re.findall(r"\bAC_CHECK_LIB\s*\(\s*\[?([\w+-]+)", text)
    sought = re.findall(r"\bAC_SEARCH_LIBS\s*\([^,]*,\s*\[?([\w+-]+)", text)
    for name in dict.fromkeys([*checked, *sought]):
        if name in _SYSTEM_LIBRARIES:
            continue
        yield Need(name, "library", "build", optional=True)
    for macro, tool in (
        ("AC_PROG_YACC", "bison"),
        ("AC_PROG_LEX", "flex"),
        ("AM_GNU_GETTEXT", "gettext"),
    ):
        if macro in text:
            yield Need(tool, "tools", "native")


_SYSTEM_LIBRARIES = frozenset({"c", "m", "dl", "rt", "pthread", "util", "nsl", "socket", "resolv"})


def _makefile(folder: Folder) -> str:
    return next((n for n in folder.names() if n.lower() in ("makefile", "gnumakefile")), "Makefile")


def compiles(folder: Folder) -> bool:
    """Say whether the Makefile calls a compiler or has a rule for object files."""
    text = without_comments(folder.text(_makefile(folder)))
    return bool(re.search(r"\$[({](CC|CXX|LINK\.\w+)[)}]|^(\.c\.o|%\.o)\s*:", text, re.MULTILINE))


def make(folder: Folder) -> Project:
    """Read the Makefile for a version, tests and the install target."""
    file = _makefile(folder)
    text = without_comments(folder.text(file))
    versions = {
        _number(v) for v in re.findall(r"(?m)^(?:export\s+)?VERSION\s*[:?]?=\s*(\S+)\s*$", text)
    }
    install = bool(re.search(r"^install\s*:(?!=)|^install\s.*:", text, re.MULTILINE))
    aside = re.compile(r"(^|/)(tests?|tools|scripts|examples?|docs?|contrib)/")
    compiled = any(COMPILED.search(f) and not aside.search(f) for f in folder.walk())
    return Project(
        file=file,
        version=only(versions - {""}),
        tests=bool(re.search(r"^check\s*:(?!=)|^\.PHONY:.*\bcheck\b", text, re.MULTILINE)),
        extra={"install": install, "test_target": first(r"^(check|test)\s*:(?!=)", text)},
        doubt="" if install or compiled else "it installs nothing, and nothing is compiled",
    )


def kernel(folder: Folder) -> Project:
    """Read dkms.conf and the Makefile of a kernel module."""
    text = folder.text("dkms.conf")
    name = first(r"^PACKAGE_NAME\s*=\s*\"?([^\"\s]+)", text)
    version = _number(first(r"^PACKAGE_VERSION\s*=\s*\"?([^\"\s]+)", text))
    return Project(
        file="dkms.conf" if text else "Makefile",
        name="" if re.search(r"[@#$]", name) else name,
        version=version,
        tests=False,
        extra={"makefile": bool(folder.text("Makefile"))},
    )
