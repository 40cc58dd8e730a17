"""What a source says of itself: builder, version, licence, dependencies, main program, tests.

A fact is only what is certain; everything else is a note. Nothing of the source is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from scaffold.packages.builders import Builder
from scaffold.packages.description import tidy
from scaffold.packages.detect import licence, readme
from scaffold.packages.detect.changelog import published
from scaffold.packages.detect.choice import Choice, choose
from scaffold.packages.detect.facts import Fact, Folder
from scaffold.packages.detect.history import History, TreeOfCommit
from scaffold.packages.detect.project import Project
from scaffold.packages.detect.version import (
    NOTHING,
    Release,
    asked_for,
    newest,
    older_line,
    within,
)
from scaffold.packages.inspected import InspectedSource
from scaffold.sources.tags import order, releases


def detect(
    path: Path,
    builders: Mapping[str, Builder],
    wanted: str | None = None,
    *,
    version: str = "",
    ref: str = "",
) -> InspectedSource:
    """Return what the source in a folder says of itself.

    ``wanted`` is a builder already chosen, ``version`` and ``ref`` the release that is wanted. All
    facts are of one tree: that of the release's tag, where the folder has it.
    """
    folder, history = Folder(path), History(path)
    choice = choose(folder, builders, wanted)
    names = _names(path, history, choice.project)
    release, why = _release(folder, history, choice.project, names, version, ref)
    notes: dict[str, str] = {}
    if release and release.ref:
        tree, told = _tree(folder, history, release.ref)
        then = choose(tree, builders, wanted) if isinstance(tree, TreeOfCommit) else choice
        doubt = "" if version or ref else _contradicted(history, names, then.project)
        if doubt:
            release, why = None, doubt
        else:
            folder, choice = tree, then
            notes |= {"tree": told} if told else {}
    found: dict[str, Fact] = {}
    if history.refused:
        notes["history"] = history.refused
    _version(history, release, why, folder, choice.project, found, notes, asked=bool(version))
    _builder_and_licence(folder, history, choice, found, notes)
    _plain_facts(folder, choice.project, found)
    if "description" not in found and (sentence := readme.sentence(folder)):
        notes["description"] = f"the README says “{sentence}”"
    if folder.unreadable:
        listed = ", ".join(f"{name} ({why})" for name, why in folder.unreadable.items())
        notes["files"] = f"cannot be read: {listed}"
    project, place = choice.project, history.place
    return InspectedSource(
        found,
        notes,
        name=project.name,
        repository=names[-1],
        names=names,
        folder="" if place in (None, ".") else str(place),
        offered=choice.builder.name if choice.builder else None,
        needs=project.needs,
        unread=project.unread,
        tags=() if place is None else tuple(history.tags or ()),
        submodules="[submodule" in folder.text(".gitmodules"),
        extra=project.extra,
    )


def _names(path: Path, history: History, project: Project) -> tuple[str, ...]:
    """Return what the project may be called: by its own files, and as a repository."""
    if history.place is None:
        return (project.name,)
    if history.place == ".":
        return (project.name, _repository(history.remote))
    return (project.name or path.name,)


def _release(
    folder: Folder,
    history: History,
    project: Project,
    names: tuple[str, ...],
    version: str,
    ref: str,
) -> tuple[Release | None, str]:
    """Return the release to package, or why none is certain."""
    said, file = project.version, project.file
    if history.place is None:
        seen = _where(folder, file, said)
        return (Release(said, "", seen) if said and not version else None), NOTHING
    if version or ref:
        return asked_for(history, names, version, ref)
    if history.place == ".":
        return newest(history, names, said, file, published(folder))
    return within(history, names[0], said, file)


def _contradicted(history: History, names: tuple[str, ...], then: Project) -> str:
    """Say that the newest release calls itself by an older number, as the tags after it do."""
    tags = history.tags or {}
    found = releases(tags, *names)
    told = older_line(tags, found, then.version, then.file) if found else ""
    return f"the newest release tag is {found[-1][2]}, but {told}" if told else ""


def _tree(folder: Folder, history: History, ref: str) -> tuple[Folder, str]:
    """Return the folder as it is in a tag or commit, and what is to be told of it."""
    apart = history.distance(ref)
    if apart == 0:
        tree = history.tree(ref) if history.edited else None
        return (tree, f"files here are edited: all was read from {ref}") if tree else (folder, "")
    if apart is None:
        return folder, f"{ref} is not in this repository: what is told is what is checked out"
    commits = f"{apart} commit{'s' * (apart != 1)}"
    if tree := history.tree(ref):
        return tree, f"what is checked out is {commits} from {ref}: all was read from {ref}"
    return folder, f"what is checked out, and was read, is {commits} from {ref}"


def _version(
    history: History,
    release: Release | None,
    why: str,
    folder: Folder,
    project: Project,
    found: dict[str, Fact],
    notes: dict[str, str],
    *,
    asked: bool,
) -> None:
    """Add the release to the facts, or why there is none; ``asked`` is by the user's version."""
    if history.place is not None and history.remote:
        found["source"] = Fact(history.remote, "the remote origin")
    if release is None:
        notes["version"] = why
        if asked:
            notes["ref"] = why
        elif history.place and history.commit:
            notes["ref"] = f"what is here is the commit {history.commit[0]}"
        return
    found["version"] = Fact(release.version, release.seen)
    if release.ref:
        found["ref"] = Fact(release.ref, release.seen)
    said = project.version
    if release.ref and order(said) > order(release.version) > ():
        where = _where(folder, project.file, said)
        notes["version"] = f"{where} says {said}, which has no tag"


def _builder_and_licence(
    folder: Folder,
    history: History,
    choice: Choice,
    found: dict[str, Fact],
    notes: dict[str, str],
) -> None:
    project = choice.project
    if choice.fact:
        found["builder"] = choice.fact
    if choice.note:
        notes["builder"] = choice.note
    sure = choice.sure and not project.filler
    fact, why = licence.find_licence(folder, project.licence, project.file, sure=sure)
    if fact is None and why == licence.NONE and history.place not in (None, "."):
        fact = _licence_above(history.folder, str(history.place))
    if fact:
        at_file = fact.seen == project.file
        seen = _where(folder, project.file, project.licence) if at_file else fact.seen
        found["licence"] = Fact(fact.value, seen)
    else:
        notes["licence"] = why


def _where(folder: Folder, file: str, value: str) -> str:
    """Return the file, with the line that holds a value where one does."""
    words = value.split()
    for number, line in enumerate(folder.text(file).splitlines(), 1) if words else ():
        if words[0] in line:
            return f"{file}:{number}"
    return file


def _licence_above(path: Path, place: str) -> Fact | None:
    """Return the one licence of the whole repository, for a folder that has none of its own."""
    above = path.resolve().parents[len(Path(place).parts) - 1]
    fact, _ = licence.find_licence(Folder(above), "", "")
    return Fact(fact.value, f"{fact.seen} of the repository") if fact else None


def _repository(address: str) -> str:
    """Return the name that ends an address."""
    return re.sub(r"\.git$", "", address.rstrip("/")).rpartition("/")[2]


def _plain_facts(folder: Folder, project: Project, found: dict[str, Fact]) -> None:
    homepage = re.match(r"(https?://\S+?)(?:#readme)?$", project.homepage)
    texts = {
        "description": (tidy(project.description, project.name), project.description),
        "homepage": (homepage.group(1) if homepage else "", project.homepage),
        "main_program": (project.program, project.program),
    }
    for key, (value, said) in texts.items():
        if value:
            found[key] = Fact(value, _where(folder, project.file, said))
    if project.tests is not None:
        found["tests"] = Fact(project.tests, project.file)
