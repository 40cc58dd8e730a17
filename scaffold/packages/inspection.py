"""Looking at a source before anything is asked: what it is, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.asking.layers import Layer
from scaffold.base.errors import ExternalError, InputError
from scaffold.base.names import is_commit
from scaffold.packages.builders import Builder, load_builders
from scaffold.packages.detect.facts import Fact, Facts
from scaffold.packages.detect.source import detect
from scaffold.packages.package import folder_name
from scaffold.packages.questions import Question, answers_of, questions_for
from scaffold.repository.layouts import Layout
from scaffold.sources.addresses import parse_source
from scaffold.sources.hashes import Fetched, fetch, listed_tags
from scaffold.sources.kinds import Source

Answers = Mapping[str, object]


@dataclass(frozen=True)
class SourceInspection:
    """What is known before the first question: repository, builders, source, and its facts.

    ``reason`` says why a source could not be looked at. ``local`` are further packages that the
    package can depend on, None for those of the repository.
    """

    layout: Layout
    builders: Mapping[str, Builder]
    source: Source | None
    facts: Facts
    hash: str = ""
    reason: str = ""
    local: frozenset[str] | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions for this repository and source."""
        return questions_for(self.layout, self.builders, self.facts, self.source)

    def layer(self) -> Layer:
        """Return the weakest answers: what the address says, and what the source says of itself."""
        found = answers_of(self.facts)
        extra = self.facts.extra
        name = (
            extra.get("name")
            or extra.get("repository")
            or (self.source.name if self.source else "")
        )
        if self.source is not None and self.source.version:
            found["version"] = self.source.version
        if self.source is not None and self.source.ref:
            found["ref"] = self.source.ref
        guess = {"name": folder_name(str(name))} if name else {}
        return Layer("the source", {**guess, **found})


def inspect_source(
    layout: Layout, given: Mapping[str, object], *, offline: bool
) -> SourceInspection:
    """Fetch the source that the answer ``from`` names, and return what it says of itself.

    Raises:
        InputError: it is no repository, archive, package or folder.

    """
    builders = load_builders()
    text = given.get("from")
    if not text:
        return SourceInspection(layout, builders, None, Facts())
    source = parse_source(str(text))
    if given.get("ref") and source.by_ref:
        source = replace(source, ref=str(given["ref"]))
    if given.get("version") and not source.version:
        source = replace(source, version=str(given["version"]))
    fetched = fetch(source, offline=offline)
    facts = _applying(_facts(fetched, given, builders), fetched.folder, given, layout)
    facts = _with_tags(facts, source, given, offline=offline)
    return SourceInspection(layout, builders, fetched.source, facts, fetched.hash, fetched.reason)


def _facts(fetched: Fetched, given: Mapping[str, object], builders: Mapping[str, Builder]) -> Facts:
    if fetched.folder is None:
        return Facts()
    wanted = given.get("builder")
    is_folder = fetched.source.kind == "folder"
    inner = fetched.source.inner
    folder = fetched.folder / inner
    if not folder.is_dir():
        why = f"{inner} is no folder of the source"
        return Facts(notes={"builder": why, "version": why, "licence": why})
    return detect(
        folder,
        builders,
        wanted if isinstance(wanted, str) else None,
        version=str(given.get("version") or "") if is_folder else "",
        ref=str(given.get("ref") or "") if is_folder else "",
    )


def _with_tags(
    facts: Facts, source: Source, given: Mapping[str, object], *, offline: bool
) -> Facts:
    """Add the tags that the server of the source lists, where the ref has to follow a version."""
    text = given.get("source")
    elsewhere = _parsed(text) if text else source
    if text and elsewhere is not None and elsewhere.ref and not given.get("ref"):
        told = {"ref": Fact(elsewhere.ref, "the address of the source")}
        return replace(facts, found={**facts.found, **told})
    known = given.get("ref") or facts.value("ref") or facts.extra.get("tags")
    if known or elsewhere is None or not elsewhere.by_ref:
        return facts
    why = "offline: the tags of the source are not known"
    tags: tuple[str, ...] = ()
    if not offline:
        try:
            tags = listed_tags(elsewhere)
            why = f"its {len(tags)} tags hold none of that version"
        except ExternalError as error:
            why = error.problems[0].what
    names = (*facts.extra.get("names", ()), elsewhere.name)
    return replace(
        facts,
        notes={"ref": why, **facts.notes},
        extra={**facts.extra, "tags": tags, "names": names},
    )


def _parsed(text: object) -> Source | None:
    try:
        return parse_source(str(text))
    except InputError:
        return None


def _applying(
    facts: Facts, folder: Path | None, given: Mapping[str, object], layout: Layout
) -> Facts:
    """Leave out what is not of this source: of another repository, or of another version.

    A folder of the repository itself is packaged by its path, not as somebody's repository.
    """
    leave: set[str] = set()
    extra = dict(facts.extra)
    if given.get("version") not in (None, facts.value("version")):
        leave.add("ref")
    own = folder is not None and folder.resolve().is_relative_to(layout.root)
    found, source = facts.value("source"), given.get("source")
    if own or (source and extra.get("folder") and not _same(source, found)):
        leave |= {"source", "ref"}
        extra |= {"folder": "", "tags": ()}
    elif source and found and is_commit(str(facts.value("ref"))) and not _same(source, found):
        leave.add("ref")
    kept = {key: fact for key, fact in facts.found.items() if key not in leave}
    return replace(facts, found=kept, extra=extra)


def _same(given: object, found: object) -> bool:
    """Say whether the source that the user gives is the repository of the folder."""
    try:
        one, other = (parse_source(str(text)) for text in (given, found))
    except InputError:
        return False
    address = one.page or one.clone
    return bool(address) and address == (other.page or other.clone)
