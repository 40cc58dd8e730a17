"""Registering a package or a module: the edits of the repository's own files, as plan entries.

Every edit adds to a file and keeps all of its other bytes; an edit that is there already changes
nothing, so a second run does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.base.names import check_attribute
from scaffold.catalogue.values import show
from scaffold.nixlang.parser import Binding, parse
from scaffold.nixlang.quote import nix_attr
from scaffold.repository.edits import edit_of
from scaffold.repository.layouts import RESERVED, Layout, read_text, syntax_problems
from scaffold.repository.places import (
    SetPlace,
    attribute_places,
    called_file,
    common_call,
    result_place,
    with_binding,
)
from scaffold.writer.tree import File, folded


@dataclass(frozen=True)
class Entry:
    """What is registered: a package's attribute name, its file, and what it is passed by hand.

    ``dependencies`` are attributes of the repository itself; ``debug`` says whether the package
    takes kapack's ``debug`` argument.
    """

    name: str
    file: PurePosixPath
    dependencies: tuple[str, ...] = ()
    debug: bool = False


def check_name(name: str, layout: Layout) -> None:
    """Check that a package can have this name in the repository.

    Raises:
        InputError: it is no attribute name, is reserved, or is there in another case.

    """
    if reason := check_attribute(name):
        remedy = "Use letters, digits, - and _, starting with a letter"
        raise InputError(Problem("name", f"{show(name)} {reason}", remedy))
    place = layout.place()
    if name in RESERVED or (place is not None and name in _captured(place)):
        what = f"{show(name)} is reserved: the repository uses it for something else"
        raise InputError(Problem("name", what, "Choose another name"))
    for other in package_names(layout):
        if other != name and folded(other) == folded(name):
            what = f"the repository has {show(other)} already, which differs by case alone"
            raise InputError(Problem("name", what, "Choose another name"))


def _captured(place: SetPlace) -> frozenset[str]:
    """Return names that a binding in the set would take from what the set refers to."""
    return place.scope - place.names if place.node.text == "rec" else frozenset()


def package_names(layout: Layout) -> tuple[str, ...]:
    """Return the names in the packages' set, or of the packages' folders where those are loaded."""
    place = layout.place()
    if place is not None:
        return tuple(sorted(place.names))
    pattern = "*/*" if layout.kind == "by-name" else "*"
    folders = (layout.root / layout.folder).glob(pattern)
    return tuple(sorted(f.name for f in folders if f.is_dir()))


def registration(entry: Entry, layout: Layout) -> File | None:
    """Return the edit that registers a package, or None where nothing is to be done.

    Raises:
        InputError: the name is bound to something else, or the set cannot reach callPackage.

    """
    place = layout.place()
    if place is None or layout.register is None:
        return None
    value = _call(entry, layout, place)
    text = _added(place, entry.name, value, place.packages)
    return edit_of(layout.register, place.text, text)


def _added(place: SetPlace, name: str, value: str, among: Sequence[tuple[str, Binding]]) -> str:
    """Return the file with the binding, or as it is when the same binding is there."""
    if name not in place.names:
        return with_binding(place, name, value, among)
    binding = dict(place.entries).get(name)
    if binding is not None and binding.value is not None:
        found = place.source(binding.value)
        if _same(found, value):
            return place.text
    what = f"{show(name)} exists already"
    remedy = "Choose another name, or change its version with --update"
    raise InputError(Problem("name", what, remedy))


def _same(found: str, value: str) -> bool:
    """Say whether two calls name the same file; what they pass by hand is the user's matter."""
    one, other = (called_file(Binding(0, 0, ("x",), parse(text))) for text in (found, value))
    if one is None or other is None:
        return "".join(found.split()) == "".join(value.split())
    return one.text.removesuffix("/") == other.text.removesuffix("/")


def _call(entry: Entry, layout: Layout, place: SetPlace) -> str:
    path = relative_path(entry.file, layout.register)
    return f"{_caller(place)} {path} {_arguments(entry, place)}"


def relative_path(file: PurePosixPath, register: PurePosixPath | None) -> str:
    """Return the path literal of a file, seen from the file it is registered in."""
    named = file.parent if file.name == "default.nix" else file
    folder = register.parent if register else PurePosixPath()
    up = 0
    while not named.is_relative_to(folder):
        folder, up = folder.parent, up + 1
    relative = named.relative_to(folder)
    return ("../" * up or "./") + str(relative)


def _caller(place: SetPlace) -> str:
    call = common_call(place)
    if call and "python" not in call:  # which passes a Python package, and is not for all
        return call
    if "callPackage" in place.scope:
        return "callPackage"
    if "pkgs" in place.scope:
        return "pkgs.callPackage"
    if {"nixpkgs", "system"} <= place.scope:
        return "nixpkgs.legacyPackages.${system}.callPackage"
    what = "the set of packages sees neither pkgs nor callPackage"
    raise InputError(Problem("registration", what, "Bind pkgs around the set, then run it again"))


def _arguments(entry: Entry, place: SetPlace) -> str:
    """Return what the package is passed by hand; nixpkgs knows nothing of the set's own names."""
    inherited = ["debug"] if entry.debug and "debug" in place.scope else []
    written: list[str] = []
    for name in sorted(set(entry.dependencies)):
        if name in place.scope:
            inherited.append(name)
        elif name in dict(place.entries):
            binding = dict(place.entries)[name]
            assert binding.value is not None  # noqa: S101 - entries have values
            written.append(f"{nix_attr(name)} = {place.source(binding.value)};")
    parts = ([f"inherit {' '.join(map(nix_attr, inherited))};"] if inherited else []) + written
    return f"{{ {' '.join(parts)} }}" if parts else "{ }"


def module_registration(name: str, layout: Layout) -> tuple[PurePosixPath, File]:
    """Return where the module's file goes and the edit that registers it.

    Raises:
        InputError: the repository has no place for modules.

    """
    file, place = _modules_place(layout)
    if place is None:
        what = "the repository has no list of NixOS modules"
        remedy = (
            "Add modules/default.nix with an empty set, and read it in the flake's nixosModules"
        )
        raise InputError(Problem("--module", what, remedy))
    paths = [(n, b) for n, b in place.entries if b.value is not None and b.value.kind == "path"]
    folder = "./"
    if paths and paths[-1][1].value is not None:
        folder = paths[-1][1].value.text.rpartition("/")[0] + "/"
    value = f"{folder}{name}.nix"
    text = _added(place, name, value, paths)
    return _normal(file.parent, value), edit_of(file, place.text, text)


def _modules_place(layout: Layout) -> tuple[PurePosixPath, SetPlace | None]:
    file = layout.modules or PurePosixPath("flake.nix")
    if not (layout.root / file).is_file():
        return file, None
    text = read_text(layout.root, file)
    with syntax_problems(file):
        named = attribute_places(text, "nixosModules")
        if named:
            return file, max(named, key=lambda p: len(p.entries))
        return file, result_place(text) if layout.modules else None


def _normal(folder: PurePosixPath, path: str) -> PurePosixPath:
    """Return a path literal relative to the repository."""
    parts = list(folder.parts)
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)
