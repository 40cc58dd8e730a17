"""Looking at a source before anything is asked: what it is, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.asking.layers import Layer
from scaffold.base.errors import ExternalError, InputError
from scaffold.base.names import is_branch, is_commit
from scaffold.packages.builders import Builder, load_builders
from scaffold.packages.detect.facts import Fact
from scaffold.packages.detect.source import detect
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.package import folder_name
from scaffold.packages.questions import Question, questions_for
from scaffold.repository.layout import Layout
from scaffold.sources.addresses import parse_source
from scaffold.sources.hashes import fetch, listed_tags
from scaffold.sources.kinds import Source

Given = Mapping[str, object]


@dataclass(frozen=True)
class PackageContext:
    """What answers about a package are judged by: repository, builders, and the source.

    ``local`` are further packages that the package can depend on, None for those of the repository.
    """

    layout: Layout
    builders: Mapping[str, Builder]
    inspected: InspectedSource
    local: frozenset[str] | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions for this repository and source."""
        return questions_for(self.layout, self.builders, self.inspected)

    def layer(self) -> Layer:
        """Return the weakest answers: what the address says, and what the source says of itself."""
        inspected, source = self.inspected, self.inspected.source
        found = inspected.answers
        name = inspected.name or inspected.repository or (source.name if source else "")
        if source is not None and source.version:
            found["version"] = source.version
        if source is not None and source.ref and not is_branch(source.ref):
            found["ref"] = source.ref
        guess: dict[str, object] = {"name": folder_name(name)} if name else {}
        return Layer("the source", {**guess, **found})


def inspect_source(layout: Layout, given: Given, *, offline: bool) -> PackageContext:
    """Fetch the source that the answer ``from`` names, and return what it says of itself.

    Each address is read once: that of ``from``, and the one that the package fetches.

    Raises:
        InputError: it is no repository, archive, package or folder.

    """
    builders = load_builders()
    text = given.get("from")
    origin = _read(given.get("source"))
    if not text:
        return PackageContext(layout, builders, InspectedSource(origin=origin))
    source = parse_source(str(text))
    if given.get("ref") and source.by_ref:
        source = replace(source, ref=str(given["ref"]))
    if given.get("version") and not source.version:
        source = replace(source, version=str(given["version"]))
    fetched = fetch(source, offline=offline)
    inspected = _detected(fetched.source, fetched.folder, given, builders)
    inspected = replace(inspected, source=fetched.source, hash=fetched.hash, reason=fetched.reason)
    inspected = _applying(inspected, fetched.folder, given, origin, layout)
    inspected = _with_tags(inspected, source, given, offline=offline)
    if inspected.origin is None:
        inspected = replace(inspected, origin=fetched.source)
    return PackageContext(layout, builders, inspected)


def _detected(
    source: Source, folder: Path | None, given: Given, builders: Mapping[str, Builder]
) -> InspectedSource:
    if folder is None:
        return InspectedSource()
    wanted = given.get("builder")
    is_folder = source.kind == "folder"
    inner = folder / source.inner
    if not inner.is_dir():
        why = f"{source.inner} is no folder of the source"
        return InspectedSource(notes={"builder": why, "version": why, "licence": why})
    return detect(
        inner,
        builders,
        wanted if isinstance(wanted, str) else None,
        version=str(given.get("version") or "") if is_folder else "",
        ref=str(given.get("ref") or "") if is_folder else "",
    )


def _applying(
    inspected: InspectedSource,
    folder: Path | None,
    given: Given,
    origin: Source | None,
    layout: Layout,
) -> InspectedSource:
    """Leave out what is not of this source: of another repository, or of another version.

    ``origin`` is what the user says that the package fetches. A folder of the repository itself is
    packaged by its path, not as somebody's repository.
    """
    leave: set[str] = set()
    if given.get("version") not in (None, inspected.value("version")):
        leave.add("ref")
    remote = _read(inspected.value("source"))
    inside = folder is not None and folder.resolve().is_relative_to(layout.root)
    elsewhere = bool(given.get("source")) and not _same(origin, remote)
    if inside or (inspected.folder and elsewhere):
        leave |= {"source", "ref"}
        inspected = replace(inspected, folder="", tags=())
    elif inspected.value("source") and elsewhere and is_commit(str(inspected.value("ref"))):
        leave.add("ref")
    kept = {key: fact for key, fact in inspected.found.items() if key not in leave}
    return replace(inspected, found=kept, origin=origin or (remote if "source" in kept else None))


def _with_tags(
    inspected: InspectedSource, source: Source, given: Given, *, offline: bool
) -> InspectedSource:
    """Add the tags that the server of the source lists, where the ref has to follow a version."""
    told = given.get("source")
    server = inspected.origin if told else source
    by_address = server.ref if told and server is not None and not given.get("ref") else ""
    if by_address and not is_branch(by_address):
        ref = Fact(by_address, "the address of the source")
        return replace(inspected, found={**inspected.found, "ref": ref})
    known = given.get("ref") or inspected.value("ref") or inspected.tags
    if known or server is None or not server.by_ref:
        return inspected
    why = "offline: the tags of the source are not known"
    tags: tuple[str, ...] = ()
    if not offline:
        try:
            tags = listed_tags(server)
            why = f"its {len(tags)} tags hold none of that version"
        except ExternalError as error:
            why = error.problems[0].what
    names = (*inspected.names, server.name)
    return replace(inspected, notes={"ref": why, **inspected.notes}, tags=tags, names=names)


def _read(text: object) -> Source | None:
    """Read an address that may be wrong; the question of the source tells then what is wrong."""
    try:
        return parse_source(text) if isinstance(text, str) and text else None
    except InputError:
        return None


def _same(one: Source | None, other: Source | None) -> bool:
    """Say whether two addresses are of the same repository."""
    if one is None or other is None:
        return False
    address = one.page or one.clone
    return bool(address) and address == (other.page or other.clone)
