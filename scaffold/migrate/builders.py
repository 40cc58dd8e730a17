"""Package expressions: arguments of builders that changed, in the files of a NUR repository."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scaffold.catalogue.migrations import Migration
from scaffold.migrate.draft import Draft
from scaffold.migrate.names import option_path
from scaffold.migrate.scopes import base_of, definitions, path_end, selected
from scaffold.nixlang.edits import Edit, delete_binding, indentation, line_end, newline_of
from scaffold.nixlang.nodes import Node, walk
from scaffold.survey.nix_file import NixFile

_PYTHON_BUILDERS = ("buildPythonPackage", "buildPythonApplication")
#: Backends whose packages have a pyproject.toml, by the name of their package in nixpkgs.
_BACKENDS = ("poetry-core", "flit-core", "hatchling", "pdm-backend", "maturin", "meson-python")
_SAYS_HOW = {"format", "pyproject"}


def rename_arguments(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Give arguments of builders their new names, with the value that they have."""
    wanted = {m.old: m for m in migrations}
    for name, file in draft.nix_files():
        edits = []
        for found in definitions(file.tree) if file.tree else ():
            migration = wanted.get(found.path[-1])
            if migration is not None and len(found.binding.path) == 1:
                end = path_end(file, found.binding)
                edits.append(Edit(found.binding.start, end, migration.new))
                what = f"{migration.old} → {migration.new}"
                draft.tell_done(file, found.binding.start, what, migration.name)
        draft.edit(name, edits)


def remove_arguments(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Take out arguments that builders do not look at any more."""
    wanted = {m.old: m for m in migrations}
    for name, file in draft.nix_files():
        edits = []
        for found in definitions(file.tree) if file.tree else ():
            migration = wanted.get(found.path[-1])
            if migration is not None and len(found.binding.path) == 1:
                edits.append(delete_binding(file.text, found.binding))
                what = f"{migration.old} is taken out"
                draft.tell_done(file, found.binding.start, what, migration.name)
        draft.edit(name, edits)


def report_arguments(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name the arguments that a person has to write anew, and the builders that are gone."""
    for _, file in draft.nix_files():
        for migration in migrations:
            for place, old in _places(file, migration):
                since = f" from {migration.first} on" if migration.first else ""
                what = f"{old} is not taken{since}"
                draft.tell_left(file, place, what, migration.what, migration.name)


def _places(file: NixFile, migration: Migration) -> list[tuple[int, str]]:
    """Return where a file uses what changed: an argument, an input of the build, a function."""
    if migration.inputs:
        named = {node.text for node in file.nodes if node.kind == "name"}
        named |= {path[-1] for _, path in selected(file)}
        if named & set(migration.unless):
            return []
        return [
            (node.start, node.text)
            for node in file.nodes
            if node.kind == "name" and node.text == migration.old and _in_inputs(file, node)
        ]
    found: list[tuple[int, str]] = []
    if migration.kind == "builder-removed":
        for node in file.nodes:
            if node.kind == "apply" and _called(node) == migration.old:
                found.append((node.start, migration.old))
        return found
    for definition in definitions(file.tree) if file.tree else ():
        inside = not migration.within or _inside_call(file, definition.binding.start, migration)
        if definition.path[-1] == migration.old and inside:
            found.append((definition.binding.start, migration.old))
    return found


def _in_inputs(file: NixFile, node: Node) -> bool:
    """Say whether a name stands in the list of a package's native inputs."""
    for around in file.enclosing(node):
        for binding in around.bindings:
            inside = binding.start <= node.start < binding.end
            if inside and binding.path[-1:] == ("nativeBuildInputs",):
                return True
    return False


def _inside_call(file: NixFile, place: int, migration: Migration) -> bool:
    return any(
        node.kind == "apply"
        and node.start <= place < node.end
        and _called(node) == migration.within
        for node in file.nodes
    )


def _called(node: Node) -> str:
    names = base_of(node.children[0])
    return names[-1] if names else ""


def python_format(draft: Draft, migration: Migration) -> None:
    """Say how Python packages are built, which buildPythonPackage does not guess any more.

    setuptools was what it guessed; a package whose inputs have another backend has a
    pyproject.toml.
    """
    for name, file in draft.nix_files():
        edits = []
        for node in file.nodes:
            if node.kind != "apply" or _called(node) not in _PYTHON_BUILDERS:
                continue
            given = _arguments(node)
            bound = (
                {part for b in given.bindings for part in (b.path[:1] or b.names)}
                if given
                else set()
            )
            if given is None or not given.bindings or bound & _SAYS_HOW:
                continue
            value = "pyproject" if _has_backend(file, given) else "setuptools"
            edits.append(_after_version(file.text, given, f'format = "{value}";'))
            draft.tell_done(file, node.start, f'format = "{value}"', migration.name)
        draft.edit(name, edits)


def _arguments(node: Node) -> Node | None:
    """Return the set of arguments, that of a function of the final ones too."""
    inner = node.children[1]
    while inner.kind in ("parentheses", "lambda", "let", "with"):
        inner = inner.children[-1]
    return inner if inner.kind == "set" else None


def _has_backend(file: NixFile, given: Node) -> bool:
    names = {node.text for node in walk(given) if node.kind == "name"}
    names |= {path[-1] for node, path in selected(file) if given.start <= node.start < given.end}
    return bool(names & set(_BACKENDS))


def _after_version(text: str, given: Node, line: str) -> Edit:
    """Return the edit that adds a binding behind the version, or the name, of a package."""
    by_name = {b.path[0]: b for b in given.bindings if len(b.path) == 1}
    neighbour = by_name.get("version") or by_name.get("pname") or by_name.get("name")
    neighbour = neighbour or given.bindings[0]
    end = line_end(text, neighbour.end)
    return Edit(end, end, f"{newline_of(text)}{indentation(text, neighbour.start)}{line}")


def attributes(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Write ``stdenv.lib`` as ``lib``, an argument that callPackage gives."""
    for migration in migrations:
        old = option_path(migration.old)
        for name, file in draft.nix_files():
            edits: list[Edit] = []
            lambdas: dict[int, Node] = {}
            for node, path in selected(file):
                if path[: len(old)] != old:
                    continue
                start = node.start
                while file.text[start] == "(":
                    start += 1
                length = len(migration.old)
                if file.text[start : start + length] != migration.old:
                    continue
                edits.append(Edit(start, start + length, migration.new))
                draft.tell_done(file, start, f"{migration.old} → {migration.new}", migration.name)
                outer = _taking(file, node, old[0])
                if outer is not None and migration.new not in outer.names:
                    lambdas[outer.start] = outer
            for outer in lambdas.values():
                first = outer.formals.arguments[0] if outer.formals else None
                if first is not None:
                    edits.append(Edit(first.start, first.start, f"{migration.new}, "))
            draft.edit(name, edits)


def _taking(file: NixFile, node: Node, name: str) -> Node | None:
    """Return the function around a node that takes an argument."""
    for around in file.enclosing(node):
        if around.kind == "lambda" and around.formals and name in around.formals.names:
            return around
    return None


def python_imports(draft: Draft, migration: Migration) -> None:
    """Name patches and tests of packages that mention a module that is not there by itself."""
    word = re.compile(rf"\b{re.escape(migration.old)}\b")
    for _, file in draft.nix_files():
        for match in word.finditer(file.text):
            what = f"{migration.old} is mentioned"
            draft.tell_left(file, match.start(), what, migration.what, migration.name)
