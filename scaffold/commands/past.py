"""What an earlier run wrote into a target: the base on which edits and new answers are merged.

The base of a file is found by its recorded blob id: among the objects of the repository that the
project lies in, or by rendering the recorded answers again, which tells the same text unless the
templates changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

from scaffold import __version__
from scaffold.answers.document import FILE_NAME, load_file
from scaffold.answers.project import complete
from scaffold.base.errors import ExternalError, ScaffoldError
from scaffold.catalogue.catalog import Catalog
from scaffold.commands.formatting import formatted
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.report.reporter import Reporter
from scaffold.system import git
from scaffold.writer import record
from scaffold.writer.disk import Kind, LocalDisk
from scaffold.writer.journal import recover
from scaffold.writer.merging import Favour, Merged, Past, blob_id, unedited
from scaffold.writer.plan import NOTHING, Plan, make_plan, unwanted
from scaffold.writer.steps import Verb
from scaffold.writer.tree import Policy, Tree

STATE = PurePosixPath(FILE_NAME)
#: Why a file that is the user's alone is told, when other answers give it another text.
_BY_HAND = "it is yours alone (kept): what these answers change in it is left to you"
#: Whose lines are whose, in conflict markers.
LABELS = ("yours", "written before", f"nxc-scaffold {__version__}")


def merging(catalog: Catalog) -> Callable[[Tree, Path, bool], Plan]:
    """Return what plans a project that may have been written before; see ``pipeline.Job``."""
    return lambda tree, target, applied: planned(tree, target, catalog, to_be_applied=applied)


def planned(tree: Tree, target: Path, catalog: Catalog, *, to_be_applied: bool) -> Plan:
    """Return the plan that brings ``tree`` to ``target``, merged with what was edited there.

    One that is not ``to_be_applied`` changes nothing, also of what a killed run left.

    Raises like ``make_plan``, and ``InputError`` for a record that cannot be used.
    """
    if to_be_applied:
        recover(target.resolve())  # what a killed run left may hold a newer record
    past = past_of(target, catalog)
    if STATE in tree:
        disk = LocalDisk(target.resolve())
        kept = {
            step.path: past.written[step.path]
            for step in unwanted(tree, disk, past)
            if step.verb is Verb.KEEP
        }
        tree = record.recorded(tree, STATE, kept)
    plan = make_plan(tree, target, past=past, to_be_applied=to_be_applied)
    wanting = set(_kept_and_changed(tree, target, catalog))
    steps = (replace(s, reason=_BY_HAND) if s.path in wanting else s for s in plan.steps)
    return replace(plan, steps=tuple(steps)) if wanting else plan


def _kept_and_changed(tree: Tree, target: Path, catalog: Catalog) -> Iterator[PurePosixPath]:
    """Yield the files that are the user's alone, and that other answers would say otherwise."""
    kept = {path: file for path, file in tree.items() if file.policy is Policy.KEPT}
    state = target / FILE_NAME
    if not kept or not state.is_file():
        return
    before = _rendered(load_file(state).answers, catalog)
    for path, file in kept.items():
        if before.get(path, file.content) != file.content:
            yield path


def keep_contents(plan: Plan) -> None:
    """Add what was rendered to the objects of the repository: the base of the next merge.

    Where that cannot be done, that merge has to do without it.
    """
    contents = [
        step.file.content
        for step in plan.steps
        if step.verb is not Verb.DELETE and step.file.merge is None
    ]
    git.store(plan.target, contents)


def past_of(target: Path, catalog: Catalog) -> Past:
    """Return what was written to ``target`` last.

    Without a record, a file that is what the recorded answers give today is known to be unedited.

    Raises:
        InputError: there is a record that cannot be used.

    """
    disk = LocalDisk(target.resolve())
    if disk.kind(STATE) is not Kind.FILE or b"nxc-scaffold" not in disk.read(STATE)[0]:
        return NOTHING
    file = target / FILE_NAME
    raw = load_file(file).answers

    @cache
    def again() -> Mapping[PurePosixPath, bytes]:
        return _rendered(raw, catalog)

    def content(path: PurePosixPath, blob: str) -> bytes | None:
        for found in (git.blob(target, blob), again().get(path)):
            if found is not None and blob_id(found) == blob:
                return found
        return None

    if record.KEY in raw:
        written = record.read(raw[record.KEY], str(file))
    else:
        written = dict(_still_as_rendered(again(), disk))
    return Past(written, content, _merge)


def _still_as_rendered(
    rendered: Mapping[PurePosixPath, bytes], disk: LocalDisk
) -> Iterator[tuple[PurePosixPath, str]]:
    for path, content in rendered.items():
        try:
            old, _ = disk.read(path)
        except ExternalError:  # not there, or a symlink: then it is not as it was written
            continue
        blob = blob_id(content)
        if unedited(old, blob):
            yield path, blob


def _rendered(raw: Mapping[str, object], catalog: Catalog) -> dict[PurePosixPath, bytes]:
    """Return what recorded answers give today; nothing when they cannot be used any more.

    A template of the user's own is not rendered: it may have changed, and may start programs.
    """
    if "template" in raw:
        return {}
    answers = {key: value for key, value in raw.items() if key not in (record.KEY, "tool_version")}
    try:
        project = complete(answers, catalog, defaults=False)
        tree = formatted(render(ProjectTopology(project, catalog)), Reporter())
    except (ScaffoldError, ValueError):
        return {}
    return {path: file.content for path, file in tree.items() if file.merge is None}


def _merge(base: bytes, mine: bytes, theirs: bytes, favour: Favour) -> Merged | None:
    found = git.merge_file(base, mine, theirs, favour=favour, labels=LABELS)
    return found and Merged(*found)
