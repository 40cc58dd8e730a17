"""What keeps a project from a release: what its files take that the release does not give."""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.base.errors import Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.releases import Release
from scaffold.migrate import kapack_use, undeclared
from scaffold.migrate.draft import Draft, Note
from scaffold.survey.found import Project


def found(
    draft: Draft, project: Project, row: Release, catalog: Catalog, *, new_kapack: bool
) -> Iterable[Problem]:
    """Yield everything that is in the way, with its place and the releases that would do.

    With ``new_kapack`` what is taken of kapack comes from its successor, of which nothing is known.
    """
    yield from _setups(project)
    yield from _flavours(draft, project, row, catalog)
    yield from undeclared.found(draft, known_kapack=not (new_kapack or _is_new(project)))
    if not new_kapack:
        yield from _of_kapack(draft, project, row, catalog)


def _of_kapack(draft: Draft, project: Project, row: Release, catalog: Catalog) -> Iterable[Problem]:
    """Yield what the project takes from kapack that the target's revision does not give."""
    if _is_new(project):
        return
    ref, branch = kapack_use.branch_of(row.name, catalog)
    for use in kapack_use.uses(draft) if branch is not None else ():
        if branch is not None and kapack_use.is_private(use, branch):
            what = f"{use.name} is made from a source that is not public"
            advice = "building takes access to it; evaluating does too"
            draft.left.append(Note(use.file, use.line, what, "kapack-content", advice))
        reason = kapack_use.lacks(use, branch) if branch is not None else ""
        if reason:
            rows = kapack_use.other_rows(use, catalog)
            others = kapack_use.other_branches(use)
            remedy = f"{', '.join(rows)} can" if rows else "No release here can"
            if not rows and others:
                remedy += f"; branch {others[0]} of nur-kapack can"
            what = f"{use.kind} {use.name}: the kapack of {row.name} ({ref}) {reason}"
            yield Problem(f"{use.file}:{use.line}", what, remedy)


def _is_new(project: Project) -> bool:
    """Say whether kapack is nur-kapack's successor: what its revisions hold is not known here."""
    kapack = project.kapack
    reference = kapack.reference if kapack is not None else None
    return reference is not None and reference.repo.lower() == "kapack"


def _setups(project: Project) -> Iterable[Problem]:
    """Yield the setup.toml that nothing can be built with, in no release."""
    for setup in project.setups:
        if setup.fault is not None and setup.path.is_relative_to(project.root):
            line, what = setup.fault
            where = f"{setup.path.relative_to(project.root)}:{line}"
            yield Problem(where, what, "Mend it: NixOS Compose reads it for every build")


def _flavours(draft: Draft, project: Project, row: Release, catalog: Catalog) -> Iterable[Problem]:
    """Yield the flavours that the flake names and the library of the target does not have."""
    for call in project.calls:
        argument = call.arguments.get("flavours")
        if argument is None or not call.file.path.is_relative_to(draft.root):
            continue
        place = call.file.place(argument.start)[0]
        where = f"{call.file.path.relative_to(draft.root)}:{place}"
        for name in call.flavours or ():
            if name in catalog.flavours and name not in row.flavours:
                rows = [r.name for r in catalog.releases.values() if name in r.flavours]
                what = f"flavour {name}: the NixOS Compose of {row.name} does not have it"
                yield Problem(where, what, f"{', '.join(rows)} can")
