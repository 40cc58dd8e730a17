"""Projects of CMake, read without running it: conditions are not decided, only seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.packages.detect.compilers import PKG_CONFIG, SYSTEM_LIBRARIES, mpi, of_languages
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import (
    Need,
    Project,
    first,
    main_of,
    plain_number,
)

_COMMAND = re.compile(r"(?i)\b([a-z_]\w*)\s*\(((?:[^()\"]|\"(?:[^\"\\]|\\.)*\"|\([^()]*\))*)\)")
_TESTS = re.compile(r"(^|/)(tests?|testing|examples?|docs?|bench\w*)/", re.IGNORECASE)
#: What the compiler or CMake brings.
_GIVEN = frozenset({"Threads", "OpenMP", "CTest", "GNUInstallDirs", "CMakePackageConfigHelpers"})
#: Packages that are programs of the build.
_PROGRAMS = frozenset(
    {"PkgConfig", "Git", "Doxygen", "BISON", "FLEX", "Perl", "Python", "Python3", "PythonInterp",
     "SWIG", "Gettext", "Sphinx", "Java"}
)  # fmt: skip
_QT_BASE = frozenset(
    {"Core", "Gui", "Widgets", "Network", "Sql", "Xml", "Test", "DBus", "Concurrent",
     "PrintSupport", "OpenGL", "OpenGLWidgets"}
)  # fmt: skip


def read_project(folder: Folder) -> Project:
    """Read CMakeLists.txt of the root and of the folders below it."""
    text = _plain(folder.text("CMakeLists.txt"))
    call = first(r"(?is)\bproject\s*\(([^)]*)\)", text)
    name = first(r"^\s*[\"']?([\w.+-]+)", call)
    below = [
        (f, _plain(folder.text(f)))
        for f in folder.walk(deepest=2)
        if f.endswith("/CMakeLists.txt") and not _TESTS.search(f)
    ]
    files = _reached([("CMakeLists.txt", text), *below])
    every = [file.text for file in files]
    programs = _programs(every, name)
    needs, unread = _needs([*files, *_included(folder, every)], call)
    return Project(
        file="CMakeLists.txt",
        name=name,
        version=plain_number(first(r"(?i)\bVERSION\s+[\"']?([^\s\"')]+)", call)),
        description=first(r"(?is)\bDESCRIPTION\s+\"([^\"]+)\"", call),
        homepage=first(r"(?is)\bHOMEPAGE_URL\s+\"([^\"]+)\"", call),
        program=main_of(programs, name),
        tests=any(
            re.search(r"(?i)\b(enable_testing|add_test)\s*\(|include\s*\(\s*CTest", t)
            for t in every
        ),
        needs=tuple(dict.fromkeys(needs)),
        unread=tuple(dict.fromkeys(unread)),
    )


def _plain(text: str) -> str:
    """Return a text without comments; signs in strings that are no part of a name are taken out."""
    pattern = r'("(?:[^"\\]|\\.)*")|#\[(=*)\[.*?\]\2\]|#[^\n]*'
    return re.sub(pattern, lambda m: re.sub(r"[#()]", " ", m[1] or ""), text, flags=re.DOTALL)


@dataclass(frozen=True)
class _File:
    """A file of CMake, and whether it is read on a condition only."""

    path: str
    text: str
    conditional: bool = False


def _reached(files: list[tuple[str, str]]) -> list[_File]:
    """Return the files that the first one leads to by ``add_subdirectory``.

    All of them are, where the name of a folder is computed.
    """
    texts = dict(files)
    first_path, first_text = files[0]
    found = {first_path: _File(first_path, first_text)}
    queue = [found[first_path]]
    while queue:
        here = queue.pop()
        for command, given, conditional in _commands(here.text):
            if command != "add_subdirectory" or not given:
                continue
            if "$" in given[0]:
                rest = [_File(path, text) for path, text in files if path not in found]
                return [*found.values(), *rest]
            folder = PurePosixPath(here.path).parent / given[0]
            path = str(folder / "CMakeLists.txt")
            under = here.conditional or conditional
            if path in texts and (path not in found or (found[path].conditional and not under)):
                found[path] = _File(path, texts[path], under)
                queue.append(found[path])
    return list(found.values())


def _commands(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """Yield each command with its words, and whether it is called on a condition."""
    depth = 0
    for match in _COMMAND.finditer(text):
        command, given = match[1].lower(), match[2].replace('"', " ").split()
        depth += {"if": 1, "function": 1, "macro": 1}.get(command, 0)
        depth -= 1 if command in ("endif", "endfunction", "endmacro") else 0
        yield command, given, depth > 0


def _included(folder: Folder, texts: list[str]) -> list[_File]:
    """Return the project's own modules that are included, by each other too; CMake's are not here.

    What a file includes on a condition is taken to be included on none.
    """
    modules = {PurePosixPath(f).stem: f for f in folder.walk() if f.endswith(".cmake")}
    found: dict[str, str] = {}
    queue = list(texts)
    while queue:
        for name in re.findall(r"(?i)\binclude\s*\(\s*[\"']?([^\s\"')]+)", queue.pop()):
            file = modules.get(PurePosixPath(name).name.removesuffix(".cmake"), "")
            if file and file not in found:
                found[file] = _plain(folder.text(file))
                queue.append(found[file])
    return [_File(path, text) for path, text in found.items()]


def _programs(texts: list[str], project: str) -> set[str]:
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


def _needs(files: list[_File], project: str) -> tuple[list[Need], list[str]]:
    """Return the dependencies, and in words what names some and is not understood."""
    needs: list[Need] = []
    unread: list[str] = []
    words = project.upper().split()
    if "LANGUAGES" in words:
        needs += of_languages(words[words.index("LANGUAGES") + 1 :])
    elif "VERSION" not in words:
        needs += of_languages(words[1:])
    for file in files:
        for command, given, conditional in _commands(file.text):
            if not given:
                continue
            needs += _of_command(command, given, conditional or file.conditional)
            if told := _not_read(command, given):
                unread.append(f"{told} of {file.path}")
    return needs, unread


def _of_command(command: str, given: list[str], conditional: bool) -> Iterator[Need]:
    if command == "enable_language":
        yield from of_languages(given, optional=conditional or "OPTIONAL" in given)
    elif command in ("find_package", "find_dependency"):
        optional = conditional or ("REQUIRED" not in given and command == "find_package")
        yield from _of_package(given, optional)
    elif command in ("pkg_check_modules", "pkg_search_module"):
        yield PKG_CONFIG
        optional = conditional or "REQUIRED" not in given
        for word in given[1:]:
            if not word.isupper() and not re.match(r"[<>=\d$]", word):
                yield Need(re.split(r"[<>=]", word)[0], "pkg-config", "build", optional)
    elif command == "find_library":
        for name in _library_names(given)[:1]:
            if name not in SYSTEM_LIBRARIES and "$" not in name:
                yield Need(name, "library", "build", "REQUIRED" not in given or conditional)


def _of_package(given: list[str], optional: bool) -> Iterator[Need]:
    name = given[0]
    if name in _GIVEN or "$" in name:
        return
    if name == "MPI":
        yield from mpi(optional=optional)
    elif name in ("CUDAToolkit", "CUDA"):
        yield from of_languages(["cuda"], optional=optional)
    elif re.fullmatch(r"Qt[56]?(Core|Widgets|Gui)?", name):
        version = "5" if "5" in name else "6"
        yield Need(f"qt{version}", "cmake", "build", optional)
        yield Need(f"wrapQt{version}", "tools", "native", optional)
        parts = [w for w in given[1:] if re.fullmatch(r"[A-Z][A-Za-z0-9]+", w) and not w.isupper()]
        for part in parts:
            if part not in _QT_BASE:
                yield Need(f"Qt{version}{part}", "cmake", "build", optional)
    else:
        yield Need(name, "cmake", "native" if name in _PROGRAMS else "build", optional)


def _library_names(given: list[str]) -> list[str]:
    """Return the names that ``find_library`` looks for."""
    if "NAMES" not in given:
        return given[1:2]
    rest = given[given.index("NAMES") + 1 :]
    stop = next((i for i, word in enumerate(rest) if word.isupper() and len(word) > 3), len(rest))
    return rest[:stop]


def _not_read(command: str, given: list[str]) -> str:
    """Say in words what a command asks for and nothing here understands, empty for the rest."""
    if command in ("find_package", "find_library", "find_program") and "$" in given[0]:
        return f"{command}({given[0]})"
    if command == "find_program":
        names = [w for w in given[1:] if not w.isupper()]
        return f"the program {names[0]}" if names and "$" not in names[0] else ""
    if command in ("externalproject_add", "fetchcontent_declare", "cpmaddpackage"):
        name = given[given.index("NAME") + 1] if "NAME" in given[:-1] else given[0]
        return f"{name}, which CMake would fetch,"
    return ""
