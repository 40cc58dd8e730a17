"""Which builder a source wants, what its project file says, and what makes that doubtful."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from scaffold.packages.builders import Builder, find_builders
from scaffold.packages.detect import haskell, languages, native, python
from scaffold.packages.detect.facts import COMPILED, Fact, Folder
from scaffold.packages.detect.project import Project, only

#: Who reads the project files of a builder; a builder without one has no project file.
READERS: Mapping[str, Callable[[Folder], Project]] = {
    "autotools": native.autotools,
    "cmake": native.cmake,
    "go": languages.go,
    "haskell": haskell.look,
    "kernel": native.kernel,
    "make": native.make,
    "meson": native.meson,
    "node": languages.node,
    "python": python.look,
    "ruby": languages.ruby,
    "rust": languages.rust,
}
#: Files that say how something is built: a source with one is no plain data.
_BUILD_FILE = re.compile(
    r"(^|/)(setup\.py|pyproject\.toml|Makefile|CMakeLists\.txt|package\.json|Gemfile|pom\.xml"
    r"|build\.gradle|meson\.build|configure|BUILD(\.bazel)?|SConstruct|wscript|Rakefile)$"
)


@dataclass(frozen=True)
class Choice:
    """The builder that counts, and its project file.

    ``fact`` is None where it was chosen by the user or is not certain; ``note`` is what was seen.
    ``sure`` says that the project file is that of the whole source.
    """

    builder: Builder | None
    project: Project
    fact: Fact | None = None
    note: str = ""
    sure: bool = True


def choose(folder: Folder, builders: Mapping[str, Builder], wanted: str | None) -> Choice:
    """Return the builder of a source; ``wanted`` is one that the user chose already."""
    if wanted in builders:
        builder = builders[str(wanted)]
        return Choice(builder, _project(builder, folder))
    shown = find_builders(builders.values(), folder)
    if not shown:
        return _without_builder(folder, builders)
    builder, file = shown[0]
    project = _project(builder, folder)
    several = ", ".join(f"{b.name} ({f})" for b, f in shown)
    note = f"there is {several}" if len(shown) > 1 else ""
    doubt = _doubt(builder, file, project, folder)
    equals = [b for b, _ in shown if b.family and b.family == builder.family]
    if doubt or len(equals) > 1:
        project = replace(project, version=_agreed_version(shown, folder))
        return Choice(builder, project, None, doubt or note, sure=False)
    return Choice(builder, project, Fact(builder.name, file), note)


def _project(builder: Builder, folder: Folder) -> Project:
    reader = READERS.get(builder.name)
    return reader(folder) if reader else Project(file="")


def _doubt(builder: Builder, file: str, project: Project, folder: Folder) -> str:
    """Say what speaks against a builder whose file is there, empty when nothing does."""
    if project.doubt:
        return f"there is {file}, but {project.doubt}"
    below = [f for f in folder.walk() if PurePosixPath(f).name in builder.unless_below]
    beside = set(builder.unless_beside) - set(project.explains)
    below += [f for f in folder.names() if f in beside]
    return f"there is {file}, but also {below[0]}" if below else ""


def _agreed_version(shown: list[tuple[Builder, str]], folder: Folder) -> str:
    """Return the version that the project files of all builders that are there agree on."""
    return only({v for builder, _ in shown if (v := _project(builder, folder).version)})


def _without_builder(folder: Folder, builders: Mapping[str, Builder]) -> Choice:
    """Return plain data where nothing is compiled, and no build file says how."""
    needy = (f for f in folder.walk() if COMPILED.search(f) or _BUILD_FILE.search(f))
    if found := next(needy, None):
        note = f"no build file is known here, and {found} needs one"
        return Choice(None, Project(file=""), None, note, sure=False)
    fact = Fact("data", "no build file and nothing to compile")
    return Choice(builders.get("data"), Project(file=""), fact)
