"""Package expressions: arguments of builders that changed, in the files of a NUR repository."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

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
                what = f"{old} {_told(migration)}"
                draft.tell_left(file, place, what, migration.what, migration.name)


def _told(migration: Migration) -> str:
    """Say in words what became of an argument, an input or a builder."""
    since = f" from {migration.first} on" if migration.first else ""
    if migration.inputs:
        return f"is not enough{since}"
    if migration.kind == "builder-removed":
        return f"is not there{since}"
    return f"is deprecated{since}" if migration.severity == "warning" else f"is not taken{since}"


def _places(file: NixFile, migration: Migration) -> list[tuple[int, str]]:
    """Return where a file uses what changed: an argument, an input of the build, a function."""
    if migration.inputs:
        if _names_in(file) & set(migration.unless):
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
    """Write ``stdenv.lib`` as ``lib``, an argument that callPackage gives.

    Where a file is imported and given its arguments by hand, ``lib`` is given too; where that is
    not certain, a person has to do it.
    """
    for migration in migrations:
        for name, file in list(draft.nix_files()):
            uses = list(_attribute_uses(file, migration))
            takers = {f.start: f for node, _ in uses if (f := _taking(file, node, migration))}
            lacking = [f for f in takers.values() if migration.new not in f.names]
            callers = list(_callers(draft, name, migration)) if lacking else []
            known = all(f is _function(file) for f in lacking) and None not in callers
            if not known:
                for _, start in uses:
                    what = f"{migration.old} is called {migration.new} now"
                    advice = f"take {migration.new} as an argument, and give it where it is called"
                    draft.tell_left(file, start, what, advice, migration.name)
                continue
            edits = []
            for _, start in uses:
                edits.append(Edit(start, start + len(migration.old), migration.new))
                draft.tell_done(file, start, f"{migration.old} → {migration.new}", migration.name)
            for function in lacking:
                first = function.formals.arguments[0] if function.formals else None
                if first is not None:
                    edits.append(Edit(first.start, first.start, f"{migration.new}, "))
            draft.edit(name, edits)
            for caller in callers:
                if caller is not None:
                    draft.edit(caller[0], [caller[1]])


def _attribute_uses(file: NixFile, migration: Migration) -> Iterator[tuple[Node, int]]:
    """Yield the selections that begin with the old path, and where its text begins."""
    old = option_path(migration.old)
    for node, path in selected(file):
        start = node.start
        while file.text[start] == "(":
            start += 1
        if path[: len(old)] == old and file.text.startswith(migration.old, start):
            yield node, start


def _function(file: NixFile) -> Node | None:
    """Return the function that a file is."""
    top = file.tree
    while top is not None and top.kind == "parentheses":
        top = top.body
    return top if top is not None and top.kind == "lambda" else None


def _callers(draft: Draft, name: str, migration: Migration) -> Iterator[tuple[str, Edit] | None]:
    """Yield the edits that give an argument more where a file is imported and called.

    None stands for a call that is not understood. callPackage gives what a function asks for.
    """
    asked = option_path(migration.old)[0]
    for other, file in draft.nix_files():
        for node in file.nodes:
            if node.kind != "apply" or base_of(node.children[0])[-1:] != ("import",):
                continue
            if len(node.children) < 2 or not _means(draft, other, node.children[1], name):
                continue
            given = node.children[2] if len(node.children) > 2 else None
            inherits = [
                b
                for b in (given.bindings if given is not None else ())
                if b.is_inherit and b.value is not None and asked in b.names
            ]
            if given is not None and migration.new in given.bound():
                continue
            if given is None and _by_call_package(file, node):
                continue
            if not inherits:
                yield None
                continue
            at = inherits[0].value.end if inherits[0].value is not None else 0
            at = file.text.index(")", at) + 1
            yield other, Edit(at, at, f" {migration.new}")


def _by_call_package(file: NixFile, node: Node) -> bool:
    """Say whether something is handed to callPackage, which gives what it asks for."""
    around = file.enclosing(node)
    return any(each.kind == "apply" and _called(each) == "callPackage" for each in around)


def _means(draft: Draft, where: str, path: Node, name: str) -> bool:
    """Say whether a path in a file is that of another file of the project, or of its folder."""
    if path.kind != "path" or path.children:
        return False
    target = (draft.root / where).parent / path.text
    file = draft.root / name
    found = Path(os.path.normpath(target))
    return found == file or (file.name == "default.nix" and found == file.parent)


def _taking(file: NixFile, node: Node, migration: Migration) -> Node | None:
    """Return the function around a node that takes the first name of the old path."""
    name = option_path(migration.old)[0]
    for around in file.enclosing(node):
        if around.kind == "lambda" and around.formals and name in around.formals.names:
            return around
    return None


def python_imports(draft: Draft, migration: Migration) -> None:
    """Name patches and tests of packages that mention a module that is not there by itself.

    Where the package that brings it is among the inputs, there is nothing to do.
    """
    word = re.compile(rf"\b{re.escape(migration.old)}\b")
    for _, file in draft.nix_files():
        if not word.search(file.text) or _names_in(file) & set(migration.unless):
            continue
        for node in file.nodes:
            if node.kind not in ("string", "indented string"):
                continue
            for match in word.finditer(file.source(node)):
                what = f"{migration.old} is mentioned"
                place = node.start + match.start()
                draft.tell_left(file, place, what, migration.what, migration.name)


def _names_in(file: NixFile) -> set[str]:
    """Return the names that a file uses, those that it selects too."""
    named = {node.text for node in file.nodes if node.kind == "name"}
    return named | {path[-1] for _, path in selected(file)}
