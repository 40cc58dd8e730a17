"""What a project takes from kapack, and which releases have that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.migrations import Branch, Migration, kapack_at, kapack_branches
from scaffold.catalogue.package_sets import contents
from scaffold.migrate.draft import Draft, Note
from scaffold.migrate.scopes import base_of, definitions, of_with, selected
from scaffold.survey.flake_ref import REVISION
from scaffold.survey.nix_file import NixFile

KAPACK = "kapack"
#: Services whose options differ between the branches.
_SERVICES = ("ear", "oar")


@dataclass(frozen=True)
class Use:
    """A name that is taken from kapack; ``kind`` is package, module or option; where it stands."""

    kind: str
    name: str
    file: str
    line: int


def uses(draft: Draft) -> list[Use]:
    """Return what the Nix files take from kapack, each name once, in the order of the files."""
    found: dict[tuple[str, str], Use] = {}
    for file_name, file in draft.nix_files():
        for kind, name, place in _in_file(file):
            use = Use(kind, name, file_name, file.place(place)[0])
            found.setdefault((kind, name), use)
    return list(found.values())


def _in_file(file: NixFile) -> Iterator[tuple[str, str, int]]:
    for node, path in selected(file):
        yield from ((kind, name, node.start) for kind, name in _of_path(path))
    for scoped in (node for node in file.nodes if node.kind == "with"):
        scope = base_of(scoped.children[0])
        if scope[-2:] == ("repos", KAPACK):
            for node in of_with(file, KAPACK):
                yield "package", node.text, node.start
    for holder in file.nodes:
        for binding in holder.bindings:
            if binding.is_inherit and binding.value is not None:
                scope = base_of(binding.value)
                kind = "module" if scope[-1:] == ("modules",) else "package"
                if KAPACK in scope and "repos" in scope:
                    yield from ((kind, name, binding.start) for name in binding.names if name)
    if file.tree is not None:
        for found in definitions(file.tree):
            for service in _SERVICES:
                at = _after(found.path, ("services", service))
                if at is not None and at < len(found.path):
                    yield "option", f"{service}.{found.path[at]}", found.binding.start


def _of_path(path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    at = _after(path, ("repos", KAPACK))
    if at is not None and at < len(path):
        if path[at] == "modules":
            yield from (("module", name) for name in path[at + 1 : at + 2])
        else:
            yield "package", path[at]
    elif path[0] == KAPACK and path[1:2] == ("nixosModules",) and len(path) > 2:
        yield "module", path[2]


def _after(path: tuple[str, ...], part: tuple[str, ...]) -> int | None:
    """Return where a path goes on behind some of its names, or None."""
    for at in range(len(path) - len(part) + 1):
        if path[at : at + len(part)] == part:
            return at + len(part)
    return None


def lacks(use: Use, branch: Branch) -> str:
    """Say why a branch of kapack cannot serve a use; empty when it can."""
    if use.kind == "option":
        service, _, option = use.name.partition(".")
        known = branch.options.get(service, ())
        return "" if not known or option in known else "has no such option"
    if use.kind == "module" and use.name not in branch.modules:
        return "has no such module"
    if use.name in branch.broken:  # a module runs the package of its name
        return "marks the package as broken"
    if use.kind == "package" and use.name not in branch.packages:
        return "has no such package"
    return ""


def branch_of(release: str, catalog: Catalog) -> tuple[str, Branch | None]:
    """Return the ref of kapack that goes with a release, and what it holds where that is known.

    The ref is as it is told: a revision by its first twelve digits.
    """
    found = contents(KAPACK, release, catalog) if KAPACK in catalog.package_sets else None
    if found is None or found.pin is None:
        return "", None
    ref = found.pin.ref
    return (ref[:12] if REVISION.fullmatch(ref) else ref), kapack_at(ref)


def is_private(use: Use, branch: Branch) -> bool:
    """Say whether a branch makes a package from a source that is not public."""
    return use.kind != "option" and use.name in branch.private


def other_rows(use: Use, catalog: Catalog) -> list[str]:
    """Return the releases whose kapack can serve a use; a private source is told."""
    rows = ((name, branch_of(name, catalog)[1]) for name in catalog.releases)
    return [
        f"{name} (from a private source)" if is_private(use, branch) else name
        for name, branch in rows
        if branch is not None and not lacks(use, branch)
    ]


def other_branches(use: Use) -> list[str]:
    """Return the branches of nur-kapack that can serve a use."""
    return [name for name, branch in kapack_branches().items() if not lacks(use, branch)]


def report_old(draft: Draft, migration: Migration, target: str) -> None:
    """Name a package of nixpkgs that is too old for kapack's OAR in one release alone.

    In that release an overlay with a newer one is wanted where OAR is used; in later ones an
    overlay that is there may go.
    """
    overlays = [
        (file, found.binding.start)
        for _, file in draft.nix_files()
        for found in (definitions(file.tree) if file.tree else ())
        if found.path == (migration.old,)
    ]
    if target == migration.first and not overlays:
        for use in uses(draft):
            if use.name == "oar":
                what = f"OAR wants a newer {migration.old} than nixpkgs {target} has"
                note = Note(use.file, use.line, what, migration.name, migration.what)
                draft.left.append(note)
                return
    for file, place in overlays if target > migration.first else ():
        what = f"nixpkgs {target} has a {migration.old} that is new enough: the overlay may go"
        draft.tell_left(file, place, what, migration.what, migration.name)
