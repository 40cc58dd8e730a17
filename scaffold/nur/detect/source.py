"""What a source says of itself: builder, version, licence, dependencies, main program, tests.

A fact is only what is certain; everything else is a note. Nothing of the source is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from scaffold.nur.builders import Builder, find_builders
from scaffold.nur.detect import languages, licence, native, python, version
from scaffold.nur.detect.facts import Fact, Facts, Folder
from scaffold.nur.detect.needs import licences
from scaffold.nur.detect.project import Project

#: Who reads the project files of a builder; a builder without one has no project file.
READERS: Mapping[str, Callable[[Folder], Project]] = {
    "autotools": native.autotools,
    "cmake": native.cmake,
    "go": languages.go,
    "haskell": languages.haskell,
    "kernel": native.kernel,
    "make": native.make,
    "meson": native.meson,
    "node": languages.node,
    "python": python.look,
    "ruby": languages.ruby,
    "rust": languages.rust,
}
#: Files that somebody has to build, or that say how: a source with one is no plain data.
_COMPILED = re.compile(
    r"\.(c|cc|cpp|cxx|rs|go|hs|java|f90|f|zig|nim|ml|swift|kt|cs|pyx|scala|ex|erl)$"
    r"|(^|/)(setup\.py|pyproject\.toml|Makefile|CMakeLists\.txt|package\.json|Gemfile|pom\.xml"
    r"|build\.gradle|meson\.build|configure|BUILD(\.bazel)?|SConstruct|wscript|Rakefile)$"
)
LONGEST_DESCRIPTION = 120


def detect(path: Path, builders: Mapping[str, Builder], wanted: str | None = None) -> Facts:
    """Return what is certain of the source in a folder; ``wanted`` is a builder already chosen."""
    folder = Folder(path)
    found: dict[str, Fact] = {}
    notes: dict[str, str] = {}
    shown = find_builders(builders.values(), folder)
    builder = _builder(shown, wanted, builders, folder, found, notes)
    reader = READERS.get(builder.name) if builder else None
    project = reader(folder) if reader else Project(file="")
    _version(path, project, found, notes)
    fact, why = licence.look(folder, project.licence, project.file, licences())
    if fact:
        found["licence"] = fact
    else:
        notes["licence"] = why
    _plain_facts(project, found)
    return Facts(
        found,
        notes,
        {
            **project.extra,
            "needs": project.needs,
            "name": project.name,
            "offered": builder.name if builder else None,
        },
    )


def _builder(
    shown: list[tuple[Builder, str]],
    wanted: str | None,
    builders: Mapping[str, Builder],
    folder: Folder,
    found: dict[str, Fact],
    notes: dict[str, str],
) -> Builder | None:
    if wanted in builders:
        return builders[str(wanted)]
    if shown:
        builder, file = shown[0]
        equals = [b for b, _ in shown if b.family and b.family == builder.family]
        if len(shown) > 1:
            notes["builder"] = "there is " + ", ".join(f"{b.name} ({f})" for b, f in shown)
        below = [f for f in folder.walk() if PurePosixPath(f).name in builder.unless_below]
        below += [f for f in folder.names() if f in builder.unless_beside]
        if below:
            notes["builder"] = f"there is {file}, but also {below[0]}"
        if len(equals) < 2 and not below:
            found["builder"] = Fact(builder.name, file)
        return builder
    compiled = next((f for f in folder.walk() if _COMPILED.search(f)), None)
    if compiled is None:
        found["builder"] = Fact("data", "no build file and nothing to compile")
        return builders.get("data")
    notes["builder"] = f"no build file is known here, and {compiled} needs one"
    return None


def _version(path: Path, project: Project, found: dict[str, Fact], notes: dict[str, str]) -> None:
    release = None
    address = ""
    if version.is_top(path):
        address = version.remote(path)
        repository = re.sub(r"\.git$", "", address.rstrip("/")).rpartition("/")[2]
        names = (project.name, repository)
        release = version.newest(path, names, project.version, project.file)
    elif project.version:
        release = version.Release(project.version, "", False, project.file)
    if release is None:
        notes["version"] = "neither a tag nor a project file tells it"
        return
    found["version"] = Fact(release.version, release.seen)
    if release.ref:
        found["ref"] = Fact(release.ref, release.seen)
    if address:
        found["source"] = Fact(address, "the remote origin")


def _plain_facts(project: Project, found: dict[str, Fact]) -> None:
    values: dict[str, Any] = {
        "description": tidy(project.description),
        "homepage": project.homepage if re.match(r"https?://\S+$", project.homepage) else "",
        "main_program": project.program,
        "tests": project.tests,
    }
    for key, value in values.items():
        if value not in ("", None):
            found[key] = Fact(value, project.file)


def tidy(description: str) -> str:
    """Return a description as nixpkgs wants it: no article in front, no dot behind, one line."""
    text = re.sub(r"^[^\w\"'(]+", "", " ".join(description.split())).rstrip(".")
    text = re.sub(r"^(?:(?:the )?\S+ is )?(?:an?|the)\s+(?=\S)", "", text, flags=re.IGNORECASE)
    if len(text) > LONGEST_DESCRIPTION:
        text = re.split(r"\.\s", text)[0]
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.islower() else text
