"""Which builder a source wants, what its project file says, and what makes that doubtful."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from scaffold.packages.builders import Builder, find_builders
from scaffold.packages.detect import (
    autotools,
    cmake,
    dune,
    haskell,
    languages,
    lua,
    make,
    maven,
    meson,
    no_builder,
    perl,
    python,
    r,
    rust,
    zig,
)
from scaffold.packages.detect.facts import Fact, Folder
from scaffold.packages.detect.project import Project, only

#: Who reads the project files of a builder; a builder without one has no project file.
READERS: Mapping[str, Callable[[Folder], Project]] = {
    "autotools": autotools.read_project,
    "cmake": cmake.read_project,
    "dune": dune.read_project,
    "go": languages.go,
    "haskell": haskell.read_project,
    "kernel": make.kernel,
    "lua": lua.read_project,
    "make": make.read_project,
    "maven": maven.read_project,
    "meson": meson.read_project,
    "node": languages.node,
    "perl": perl.read_project,
    "pnpm": languages.node,
    "python": python.read_project,
    "r": r.read_project,
    "ruby": languages.ruby,
    "rust": rust.read_project,
    "yarn": languages.node,
    "zig": zig.read_project,
}


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
    doubtful = set(builder.unless_beside) - set(project.accounts_for)
    below += [f for f in folder.names() if f in doubtful]
    if below:
        return f"there is {file}, but also {below[0]}"
    if builder.weak:
        for language, other in no_builder.built_by(folder):
            if not language.accompanies and other != file:
                return f"there is {file}, but also {other} of {language.title}"
    return ""


def _agreed_version(shown: list[tuple[Builder, str]], folder: Folder) -> str:
    """Return the version that the project files of all builders that are there agree on."""
    return only({v for builder, _ in shown if (v := _project(builder, folder).version)})


def _without_builder(folder: Folder, builders: Mapping[str, Builder]) -> Choice:
    """Return plain data where every file is inert, else say which language has no builder."""
    if why := no_builder.needs_builder(folder):
        return Choice(None, Project(file=""), None, why, sure=False)
    fact = Fact("data", "no build file, and every file is plain data")
    return Choice(builders.get("data"), Project(file=""), fact)
