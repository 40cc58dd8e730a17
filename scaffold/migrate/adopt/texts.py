"""The new texts of a project that is taken over: modules of roles, edited files of the user."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from scaffold.catalogue import marks
from scaffold.catalogue.catalog import Catalog
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.migrate.adopt import modules, remarks
from scaffold.migrate.adopt.leftovers import (
    Forced,
    Leftovers,
    Place,
    RoleLeaves,
    Sorting,
    added_line,
    drop_edits,
    force_edits,
)
from scaffold.migrate.adopt.names import NotUnderstoodError
from scaffold.migrate.adopt.original import Evaluated, Original, folder_of
from scaffold.migrate.adopt.reading import RoleText
from scaffold.nixlang.edits import Edit, apply_edits
from scaffold.nixlang.lexer import comments
from scaffold.nixlang.nodes import Binding, Node
from scaffold.nixlang.quote import nix_attr, nix_comment, nix_value
from scaffold.survey.found import Project
from scaffold.survey.nix_file import NixFile
from scaffold.writer.tree import Tree

_HEAD = (
    "What the role {role} had before it was adopted, and its parts do not set.\n"
    "nxc-scaffold imports this file and leaves it alone."
)


@dataclass(frozen=True)
class RoleModule:
    """The module file that holds what is left of a role."""

    composition: str
    role: str
    file: str
    arguments: tuple[str, ...]


@dataclass
class Texts:
    """What is written: texts by path, the modules of roles; ``unclear`` are roles with reasons.

    ``kept`` and ``notes`` are lines of the report.
    """

    texts: dict[PurePosixPath, str] = field(default_factory=dict)
    modules: list[RoleModule] = field(default_factory=list)
    unclear: dict[Place, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Work:
    """What the texts are made from."""

    project: Project
    before: Sequence[Original]
    parts: Evaluated
    rendered: Tree
    catalog: Catalog
    whole: ProjectTopology

    def topology(self, one: Original) -> Topology:
        """Return the composition as the project has it."""
        index = [each.name for each in self.before].index(one.name)
        return self.whole.each[index]

    def folder(self, one: Original) -> PurePosixPath:
        """Return the folder of a composition in the project."""
        return PurePosixPath(one.name if len(self.before) > 1 else ".")

    def name(self, one: Original) -> str:
        """Return the name by which the parts alone were evaluated."""
        return one.name if len(self.before) > 1 else "composition"


def rewritten(
    project: Project,
    before: Sequence[Original],
    parts: Evaluated,
    rendered: Tree,
    catalog: Catalog,
    whole: ProjectTopology,
) -> Texts:
    """Return the texts of the project when its roles have the parts that ``rendered`` has."""
    work = _Work(project, before, parts, rendered, catalog, whole)
    own = {one.text.file.path for one in before}
    files = {file.path: file for file in project.nix_files if file.tree is not None}
    left = _sorted(work, files)
    found = Texts(unclear=dict(left.unclear))
    if found.unclear:
        return found
    for path, file in files.items():
        if path not in own:
            _edit_shared(work, file, left, found)
    for one in before:
        for role in one.text.roles:
            _write_module(work, one, role, left, found)
    _edit_flake(work, found)
    found.notes += remarks.lost(project, before, found.texts)
    found.kept += _told_forced(work, left)
    return found


def _sorted(work: _Work, files: Mapping[Path, NixFile]) -> Leftovers:
    used = work.whole.used_parts
    services = {
        name
        for part in used
        for mark in part.recognised_by
        for condition in marks.conditions(mark)
        for name in condition.path[1:2]
        if condition.path[0] == "services"
    }
    sorting = Sorting(files, services)
    for one in work.before:
        for flavour in one.views:
            given = work.parts.options[work.name(one)][flavour]
            for role, text in one.roles.items():
                sorting.add(
                    RoleLeaves(
                        (one.name, role),
                        one.set_by(flavour, role).options,
                        given[role].options,
                        modules.options_of(one.text.file, text),
                        one.text.file,
                    )
                )
    return sorting.sorted()


# --- files that several roles import --------------------------------------------------------------


def _edit_shared(work: _Work, file: NixFile, left: Leftovers, found: Texts) -> None:
    """Edit a file of the project that roles import: what parts set goes, what differs counts."""
    if PurePosixPath(work.project.relative(file.path)) in work.rendered:
        return  # a part's own file, whose import goes
    edits = list(drop_edits(file, left.dropped.get(file.path, frozenset())))
    for forced in left.forced:
        if forced.file.path != file.path:
            continue
        lib = _lib_in(file, forced)
        if lib is None:
            for place in _places_of(work, file):
                found.unclear.setdefault(place, f"{forced.option} has no lib around it")
            continue
        name, more = lib
        edits += [*force_edits(forced, name), *more]
    if edits:
        path = PurePosixPath(work.project.relative(file.path))
        found.texts[path] = apply_edits(file.text, modules.settled(edits))
        found.kept.append(f"{path}: as it is, but for what parts set")
    elif _is_imported(work, file):
        found.kept.append(f"{work.project.relative(file.path)}: as it is")


def _places_of(work: _Work, file: NixFile) -> Iterator[Place]:
    for one in work.before:
        for role in one.counts:
            for flavour in one.views:
                options = one.set_by(flavour, role).options
                if any(o.place is not None and o.place.file == file.path for o in options):
                    yield (one.name, role)
                    break


def _is_imported(work: _Work, file: NixFile) -> bool:
    return next(_places_of(work, file), None) is not None


def _lib_in(file: NixFile, forced: Forced) -> tuple[str, list[Edit]] | None:
    """Return how nixpkgs' lib is named where a binding stands, and the edit that brings it."""
    inner = forced.binding.value or _holder(file, forced)
    around = list(file.enclosing(inner)) if inner is not None else []
    functions = [node for node in around if node.kind == "lambda"]
    known = {name for node in functions for name in node.names}
    if "lib" in known:
        return "lib", []
    if "pkgs" in known:
        return "pkgs.lib", []
    for node in functions:
        if node.formals is not None and node.formals.open:
            start = file.text.index("{", node.start) + 1
            return "lib", [Edit(start, start, " lib,")]
    return None


def _holder(file: NixFile, forced: Forced) -> Node | None:
    return next((node for node in file.nodes if forced.binding in node.bindings), None)


# --- what is left of a role -----------------------------------------------------------------------


def _write_module(
    work: _Work, one: Original, role: RoleText, left: Leftovers, found: Texts
) -> None:
    """Write the module file of a role, unless nothing is left of it."""
    file, place = one.text.file, (one.name, role.name)
    dropped = set(left.dropped.get(file.path, frozenset()))
    body = modules.options_of(file, role)
    gone = list(_own_imports(work, one, role, body)) if body is not None else []
    imports = body.binding("imports") if body is not None else None
    listed = imports.value.children if imports is not None and imports.value is not None else ()
    if gone and imports is not None and len(gone) == len(listed):
        dropped.add(imports)
        gone = []
    usual = list(_usual(work, one, role))
    if body is not None and not usual and _is_empty(file, body, dropped):
        return
    target = work.folder(one) / "parts" / f"adopted-{role.name}.nix"
    edits = [
        *drop_edits(file, frozenset(dropped)),
        *modules.without_elements(file, gone),
        *modules.moved_paths(file, folder_of(work.project, file), target.parent),
    ]
    forced = [each for each in left.forced if each.file.path == file.path]
    inside = [f for f in forced if role.node.start <= f.binding.start < role.node.end]
    outside = [f for f in forced if f not in inside and not _in_a_role(one, f)]
    for each in inside:
        edits += force_edits(each, "lib")
    for each in outside:
        edits += force_edits(each, "pkgs.lib")
    if usual and body is None:
        found.unclear[place] = "its options are not one set, to which nothing can be added"
        return
    if usual and body is not None:
        edits.append(added_line(file, body, usual))
    try:
        text = modules.module(
            file, role, modules.settled(edits), forced=bool(inside or usual), pkgs=bool(outside)
        )
    except NotUnderstoodError as error:
        found.unclear[place] = (
            f"{work.project.relative(error.file.path)}:{error.line}: {error.what}"
        )
        return
    path = f"parts/{target.name}"
    head = nix_comment(_HEAD.format(role=role.name))
    found.texts[target] = f"{head}\n{text.text}"
    found.modules.append(RoleModule(one.name, role.name, path, text.arguments))
    found.kept.append(f"{target}: what is left of the role {role.name}")


def _in_a_role(one: Original, forced: Forced) -> bool:
    return any(
        other.node.start <= forced.binding.start < other.node.end for other in one.text.roles
    )


def _own_imports(work: _Work, one: Original, role: RoleText, body: Node) -> Iterator[Node]:
    """Yield the imports of a role that name files of parts, as the tool writes them."""
    file = one.text.file
    imports = body.binding("imports")
    if imports is None or imports.value is None or imports.value.kind != "list":
        return
    ours = _imported_by_parts(work, one, role)
    for item in imports.value.children:
        linked = file.linked(item)
        if linked is None or not linked.is_relative_to(work.project.root):
            continue
        path = PurePosixPath(work.project.relative(linked))
        there = work.rendered.get(path)
        text = work.project.session.text(linked)
        if path in ours and there is not None and text == there.content.decode():
            yield item


def _imported_by_parts(work: _Work, one: Original, role: RoleText) -> set[PurePosixPath]:
    """Return the files of parts that composition.nix lets a role import."""
    folder = work.folder(one)
    rendered = work.rendered[folder / "composition.nix"].content.decode()
    file = NixFile(work.project.root / folder / "composition.nix", rendered)
    for node in file.nodes:
        binding = node.binding(role.name) if node.kind == "set" else None
        if binding is not None and binding.value is not None and binding.value.kind == "lambda":
            return {
                folder / item.text.removeprefix("./")
                for item in _elements(binding.value.body.binding("imports"))
            }
    return set()


def _elements(binding: object) -> Iterable[Node]:
    value = getattr(binding, "value", None)
    return value.children if isinstance(value, Node) else ()


def _usual(work: _Work, one: Original, role: RoleText) -> Iterator[str]:
    """Yield lines by which options keep their usual value, which parts would set and nobody did."""
    topology = work.topology(one)
    for part in topology.parts[role.name]:
        for name, value in part.usual.items():
            path = tuple(name.split("."))
            set_before = any(
                option.path == path
                for flavour in one.views
                for option in one.set_by(flavour, role.name).options
            )
            if not set_before:
                attribute = ".".join(map(nix_attr, path))
                yield f"{attribute} = lib.mkForce {nix_value(value)}; # not what {part.id} sets"


def _is_empty(file: NixFile, body: Node, dropped: set[Binding]) -> bool:
    """Whether nothing is left of a set: no binding, and no comment that stands by itself."""
    if not all(binding in dropped for binding in body.bindings):
        return False
    edits = modules.settled(drop_edits(file, frozenset(body.bindings)))
    left = modules.cut(file.text, body.start, body.end, edits)
    return not comments(left)


def _edit_flake(work: _Work, found: Texts) -> None:
    """Let flake.nix name the composition where the tool has it."""
    call = work.project.calls[0]
    several = len(work.before) > 1
    key = "compositions" if "compositions" in call.arguments else "composition"
    wanted = work.project.root / ("compositions.nix" if several else "composition.nix")
    value = call.value(key)
    if value is None:
        return
    node = value
    if value.kind == "apply":
        node = call.file.resolve(value.children[1])
    linked = call.file.linked(node)
    if linked == wanted and (key == "compositions") == several:
        return
    way = _way(call.file.path.parent, wanted)
    if (key == "compositions") != several:
        for one in work.before:
            for role in one.counts:
                found.unclear[one.name, role] = f"one composition is given by {key}"
        return
    written = node if linked is not None else value  # a path, or the composition itself
    edit = Edit(written.start, written.end, way)
    path = PurePosixPath(work.project.relative(call.file.path))
    text = found.texts.get(path, call.file.text)
    found.texts[path] = apply_edits(text, [edit])
    found.kept.append(f"{path}: as it is, but for the path of {key}")


def _way(folder: Path, wanted: Path) -> str:
    way = os.path.relpath(wanted, folder)
    return way if way.startswith("../") else f"./{way}"


def _told_forced(work: _Work, left: Leftovers) -> Iterator[str]:
    for forced in left.forced:
        line = forced.file.place(forced.binding.start)[0]
        where = f"{work.project.relative(forced.file.path)}:{line}"
        yield f"{forced.option}: yours counts, a part would set it otherwise ({where})"
