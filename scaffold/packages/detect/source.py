"""What a source says of itself: builder, version, licence, dependencies, main program, tests.

A fact is only what is certain; everything else is a note. Nothing of the source is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffold.packages.builders import Builder
from scaffold.packages.description import tidy
from scaffold.packages.detect import licence, readme, version
from scaffold.packages.detect.changelog import published
from scaffold.packages.detect.choice import choose
from scaffold.packages.detect.facts import Fact, Facts, Folder
from scaffold.packages.detect.project import Project


def detect(path: Path, builders: Mapping[str, Builder], wanted: str | None = None) -> Facts:
    """Return what is certain of the source in a folder; ``wanted`` is a builder already chosen."""
    folder = Folder(path)
    found: dict[str, Fact] = {}
    notes: dict[str, str] = {}
    choice = choose(folder, builders, wanted)
    project = choice.project
    if choice.fact:
        found["builder"] = choice.fact
    if choice.note:
        notes["builder"] = choice.note
    place = version.place(path)
    names = _version(path, place, project, found, notes)
    sure = choice.sure and not project.filler
    fact, why = licence.look(folder, project.licence, project.file, sure=sure)
    if fact is None and why == licence.NONE and place not in (None, "."):
        fact = _licence_above(path, str(place))
    if fact:
        found["licence"] = fact
    else:
        notes["licence"] = why
    _plain_facts(project, found)
    if "description" not in found and (sentence := readme.sentence(folder)):
        notes["description"] = f"the README says “{sentence}”"
    extra = {
        **project.extra,
        "needs": project.needs,
        "unread": project.unread,
        "name": project.name,
        "repository": names[-1],
        "offered": choice.builder.name if choice.builder else None,
        "submodules": "[submodule" in folder.text(".gitmodules"),
        "folder": "" if place in (None, ".") else place,
        "tags": {} if place is None else version.tagged(path, names),
    }
    return Facts(found, notes, extra)


def _version(
    path: Path,
    place: str | None,
    project: Project,
    found: dict[str, Fact],
    notes: dict[str, str],
) -> tuple[str, ...]:
    """Find version, ref and address; return what the project may be called."""
    said, file = project.version, project.file
    names: tuple[str, ...] = (project.name,)
    if place is None:
        release = version.Release(said, "", file) if said else None
        why = version.NOTHING
    else:
        if address := version.remote(path):
            found["source"] = Fact(address, "the remote origin")
        if place == ".":
            names = (project.name, _repository(address))
            release, why = version.newest(path, names, said, file, published(Folder(path)))
        else:
            names = (project.name or path.name,)
            release, why = version.within(path, names[0], said, file)
    if release is None:
        notes["version"] = why
        if place and (commit := version.at_commit(path, "", "")):
            notes["ref"] = f"what is here is the commit {commit.ref}"
    else:
        found["version"] = Fact(release.version, release.seen)
        if release.ref:
            found["ref"] = Fact(release.ref, release.seen)
    return names


def _licence_above(path: Path, place: str) -> Fact | None:
    """Return the one licence of the whole repository, for a folder that has none of its own."""
    above = path.resolve().parents[len(Path(place).parts) - 1]
    fact, _ = licence.look(Folder(above), "", "")
    return Fact(fact.value, f"{fact.seen} of the repository") if fact else None


def _repository(address: str) -> str:
    """Return the name that ends an address."""
    return re.sub(r"\.git$", "", address.rstrip("/")).rpartition("/")[2]


def _plain_facts(project: Project, found: dict[str, Fact]) -> None:
    homepage = re.match(r"(https?://\S+?)(?:#readme)?$", project.homepage)
    values: dict[str, Any] = {
        "description": tidy(project.description, project.name),
        "homepage": homepage.group(1) if homepage else "",
        "main_program": project.program,
        "tests": project.tests,
    }
    for key, value in values.items():
        if value not in ("", None):
            found[key] = Fact(value, project.file)
