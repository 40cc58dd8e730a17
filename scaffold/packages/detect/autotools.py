"""Projects of Autotools: configure.ac, and the macros of its own that it calls, read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.compilers import PKG_CONFIG, SYSTEM_LIBRARIES, mpi, of_languages
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.no_builder import program_without_builder
from scaffold.packages.detect.project import Need, Project, call_of, first, plain_number

#: Macros of Automake, gettext and the Autoconf archive, and the tools of the build they stand for.
_TOOLS = {
    "AC_PROG_YACC": "bison",
    "AC_PROG_LEX": "flex",
    "AM_PROG_LEX": "flex",
    "AM_GNU_GETTEXT": "gettext",
    "AM_PATH_PYTHON": "python3",
    "AX_PYTHON": "python3",
    "AX_PROG_PERL_MODULES": "perl",
    "AX_PROG_DOXYGEN": "doxygen",
    "DX_INIT_DOXYGEN": "doxygen",
    "AX_PKG_SWIG": "swig",
}
_LIBRARIES = {
    "AX_WITH_CURSES": "ncurses",
    "AX_CHECK_OPENSSL": "ssl",
    "AX_LIB_READLINE": "readline",
    "AX_CHECK_ZLIB": "z",
    "AX_LIB_SQLITE3": "sqlite3",
    "AX_LIB_CURL": "curl",
    "LIBCURL_CHECK_CONFIG": "curl",
    "AX_BOOST_BASE": "boost",
    "AX_BLAS": "blas",
    "AX_LAPACK": "lapack",
    "AX_LIB_HDF5": "hdf5",
    "AM_PATH_LIBGCRYPT": "gcrypt",
    "AX_GCC_BUILTIN": "",
}
_FORTRAN = re.compile(r"(?:AC_REQUIRE\s*\(\s*\[)?\bAC_PROG_(?:FC|F77)\b")
_MPI = re.compile(
    r"\b(AX_PROG_(CC|CXX|FC|F77)_MPI|ACX_MPI|AX_MPI|LX_FIND_MPI|AC_PROG_MPICC|X_AC_MPI)\b"
)
_FAILS = re.compile(r"AC_MSG_(ERROR|FAILURE)|\bexit 1\b")


def read_project(folder: Folder) -> Project:
    """Read configure.ac, and Makefile.am for programs and tests."""
    file = "configure.ac" if folder.text("configure.ac") else "configure.in"
    text = _plain(folder.text(file))
    call = call_of(text, "AC_INIT")
    parts = [p.strip().strip("[]").strip() for p in arguments(call)]
    makefiles = folder.text("Makefile.am") + folder.text("src/Makefile.am")
    programs = first(r"^bin_PROGRAMS\s*\+?=[ \t]*(.*)$", makefiles).split()
    parts += [""] * 5
    macros = _macros(folder)
    called, missing = _called(text, macros)
    texts = [text, *(macros[name] for name in called)]
    needs = [n for t in texts for n in _needs(t)]
    if any(name.startswith("AX_") for name in missing):
        needs.append(Need("autoconf-archive", "tools", "native"))
    return Project(
        file=file,
        name=parts[3] or parts[0],
        version=plain_number(parts[1]),
        homepage=parts[4] if parts[4].startswith("http") else "",
        program=programs[0] if len(programs) == 1 and "$" not in programs[0] else "",
        tests=bool(re.search(r"^(TESTS|check_PROGRAMS)\s*\+?=|^check(-local)?:", makefiles, re.M)),
        needs=tuple(dict.fromkeys(needs)),
        unread=tuple(dict.fromkeys(_not_read(texts, missing, file))),
        doubt=_another_language(folder),
    )


def _another_language(folder: Folder) -> str:
    """Say that the Makefile which configure fills in calls a program of another language."""
    makefile = folder.text("Makefile.in")
    if not makefile or folder.text("Makefile.am"):
        return ""
    filled = re.findall(r"@(\w+)@", makefile)
    return program_without_builder(makefile, filled)


def _plain(text: str) -> str:
    return re.sub(r"(?m)(\bdnl\b|^\s*#).*$", "", text)


def _macros(folder: Folder) -> dict[str, str]:
    """Return the body of every macro that the project's own m4 files define."""
    found: dict[str, str] = {}
    for file in folder.walk(deepest=3):
        if file.endswith(".m4") and not file.endswith(("aclocal.m4", "libtool.m4")):
            text = _plain(folder.text(file))
            for match in re.finditer(r"\b(?:AC_DEFUN|AU_DEFUN|m4_define)(?:_ONCE)?\s*\(", text):
                parts = arguments(call_of(text[match.start() :], match[0].rstrip("( \t")))
                if len(parts) > 1:
                    found[parts[0].strip().strip("[]")] = parts[1].strip()[1:-1]
    return found


def _called(text: str, macros: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the macros of the project that are called, also by each other, and unknown ones."""
    called: list[str] = []
    missing: dict[str, None] = {}
    queue = [text]
    while queue:
        for name in re.findall(r"\b(?:A[CMX]|[A-Z]\w*_AC|[A-Z]+)_[A-Z0-9_]{2,}\b", queue.pop()):
            if name in macros and name not in called:
                called.append(name)
                queue.append(macros[name])
            elif name.startswith("AX_") and name not in macros:
                missing[name] = None
    return called, list(missing)


def arguments(call: str) -> list[str]:
    """Split at commas outside brackets."""
    parts, depth = [""], 0
    for char in call:
        depth += {"(": 1, "[": 1, "]": -1, ")": -1}.get(char, 0)
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _calls(text: str, macro: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the arguments of each call, and whether it is made on a condition."""
    for match in re.finditer(rf"\b{macro}\s*\(", text):
        before = text[: match.start()]
        opened = len(re.findall(r"(?m)^\s*(?:el)?if\b(?!.*\bfi\b)", before))
        closed = len(re.findall(r"(?m)^\s*(?:fi\b|elif\b)", before))
        nested = before.count("[") > before.count("]")
        parts = [p.strip() for p in arguments(call_of(text[match.start() :], macro))]
        yield parts, nested or opened > closed


def _needs(text: str) -> Iterator[Need]:
    for parts, conditional in _calls(text, r"PKG_CHECK_MODULES(?:_STATIC)?"):
        modules = parts[1].strip("[]") if len(parts) > 1 else ""
        fails = len(parts) < 4 or bool(_FAILS.search(parts[3]))
        yield PKG_CONFIG
        for name in re.findall(r"[A-Za-z][\w.+-]*", re.sub(r"[<>=]+\s*[$\w{}.-]+", " ", modules)):
            yield Need(name, "pkg-config", "build", optional=conditional or not fails)
    for macro, at in (("AC_CHECK_LIB", 0), ("AC_SEARCH_LIBS", 1)):
        for parts, conditional in _calls(text, macro):
            listed = parts[at].strip("[]").split() if len(parts) > at else []
            fails = len(parts) > 3 and bool(_FAILS.search(parts[3]))
            for name in listed[:1]:
                if name not in SYSTEM_LIBRARIES and re.fullmatch(r"[\w.+-]+", name):
                    yield Need(name, "library", "build", optional=conditional or not fails)
    for macro, tool in _TOOLS.items():
        if re.search(rf"\b{macro}\b", text):
            # without doxygen these macros leave the documentation out
            yield Need(tool, "tools", "native", optional=tool == "doxygen")
    for macro, library in _LIBRARIES.items():
        for _, conditional in _calls(text, macro) if library else ():
            yield Need(library, "library", "build", optional=conditional)
        if library and re.search(rf"\b{macro}\b(?!\s*\()", text):
            yield Need(library, "library", "build")
    asked = [_is_within(text, match) for match in _FORTRAN.finditer(text)]
    if asked:
        yield from of_languages(["fortran"], optional=all(asked))
    if _MPI.search(text) or re.search(r"\bCC=[\"']?mpicc\b", text):
        yield from mpi()


def _is_within(text: str, match: re.Match[str]) -> bool:
    """Say whether a macro is called in an argument of another one, so that it may not be."""
    before = text[: match.start()]
    return before.count("[") > before.count("]")


#: Programs that every build has, or that only developers call.
_NAMES_OF_BASIC = """
    ar awk bash bzip2 cat cc cp cut date diff egrep false gawk gcc git grep gzip hostname
    install ld ln make mkdir mktemp nm ranlib rm sed sh sort strip tar test tr true uname
"""
_BASIC = frozenset(_NAMES_OF_BASIC.split())


_NAMES_OF_HEADERS = """
    assert ctype dirent dlfcn errno fcntl getopt glob grp inttypes libgen limits locale math netdb
    poll pthread pwd regex sched setjmp signal stdarg stdbool stddef stdint stdio stdlib string
    strings sysexits syslog termios time ucontext unistd wchar wctype arpa/inet netinet/in
    netinet/tcp
    sys/epoll sys/ioctl sys/mman sys/param sys/resource sys/select sys/socket sys/stat sys/time
    sys/types sys/uio sys/un sys/wait
"""
#: Headers that come with the compiler and the C library.
_OF_LIBC = frozenset(f"{name}.h" for name in _NAMES_OF_HEADERS.split())


def _not_read(texts: list[str], missing: list[str], file: str) -> Iterator[str]:
    """Say what asks for something and is not understood: headers, programs, unknown macros."""
    known = {*_TOOLS, *_LIBRARIES}
    for name in missing:
        asks = re.search(r"_(LIB|WITH|PATH|PROG|HAVE|FIND)_|_PKG_", name)
        if asks and name not in known and not _MPI.search(name):
            yield f"{name} of {file}"
    for text in texts:
        for parts, conditional in _calls(text, "AC_CHECK_HEADERS?"):
            if not conditional and len(parts) > 2 and _FAILS.search(parts[2]):
                header = parts[0].strip("[]").split()[:1]
                if not header or header[0] not in _OF_LIBC:
                    yield f"the header {header[0]}" if header else file
        for parts, conditional in _calls(text, r"AC_(?:PATH|CHECK)_(?:PROG|TOOL)S?"):
            names = parts[1].strip("[]").split() if len(parts) > 1 else []
            plain = [n for n in names if re.fullmatch(r"[A-Za-z][\w.+-]*", n)]
            if plain and not conditional and not {*plain} & _BASIC:
                yield f"the program {plain[0]}"
