"""Registering a package or a module: the edits of the repository's own files, as plan entries.

Every edit adds to a file and keeps all of its other bytes; an edit that is there already changes
nothing, so a second run does nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from scaffold.base.errors import InputError, Problem, show
from scaffold.base.names import check_attribute
from scaffold.nixlang.parser import Binding, Node, parse
from scaffold.nixlang.quote import nix_attr
from scaffold.repository.edits import edit_of, together
from scaffold.repository.follow.values import Loaded
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import RESERVED
from scaffold.repository.patterns import lists_folders
from scaffold.repository.places import (
    CallForm,
    SetPlace,
    called_file,
    common_call,
    with_binding,
)
from scaffold.repository.reading import Modules, line_of
from scaffold.writer.tree import File, folded

#: What callPackage is called where it passes the packages of the set itself too.
_OF_THE_RESULT = frozenset({"final.callPackage", "self.callPackage"})


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
        remedy = "Choose a name such as hexyl"
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
    """Return the names of the packages; what is reserved for other things is left out."""
    return tuple(sorted(layout.names() - RESERVED))


def registration(entry: Entry, layout: Layout) -> tuple[File, ...]:
    """Return the edits that register a package, none where nothing is to be done.

    Raises:
        InputError: the name is bound to something else, or the set cannot reach callPackage.

    """
    place = layout.place()
    if place is None or layout.register is None:
        return ()
    value = _call(entry, layout, place)
    text = _added(place, entry.name, value, place.packages)
    edits = [edit_of(layout.register, place.text, text)]
    edits += [edit_of(x.file, x.text, x.with_name(entry.name)) for x in place.named_in]
    return tuple(together(edits, layout.files.text))


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
    if entry.file.name == "package.nix" and lists_folders(place, layout.files):
        path = path.removesuffix("/package.nix")
    if place.paths:
        return path
    form = _form(place)
    knows_all = form.function in _OF_THE_RESULT  # what overlays add is passed with the rest
    arguments = _arguments(replace(entry, dependencies=()) if knows_all else entry, place)
    if not form.arguments and arguments == "{ }":
        return f"{form.function} {path}"
    return f"{form.function} {path} {arguments}"


def relative_path(file: PurePosixPath, register: PurePosixPath | None) -> str:
    """Return the path literal of a file, seen from the file it is registered in."""
    named = file.parent if file.name == "default.nix" else file
    folder = register.parent if register else PurePosixPath()
    up = 0
    while not named.is_relative_to(folder):
        folder, up = folder.parent, up + 1
    relative = named.relative_to(folder)
    return ("../" * up or "./") + str(relative)


def _form(place: SetPlace) -> CallForm:
    """Return how a package is called in a set.

    Raises:
        InputError: nothing that calls packages is visible in the set.

    """
    if form := common_call(place):
        return form
    if "callPackage" in place.scope:
        return CallForm("callPackage", arguments=True)
    for name in ("final", "pkgs"):
        if name in place.scope:
            return CallForm(f"{name}.callPackage", arguments=True)
    if {"nixpkgs", "system"} <= place.scope:
        return CallForm("nixpkgs.legacyPackages.${system}.callPackage", arguments=True)
    what = "the set of packages sees neither pkgs nor callPackage"
    where = f"{place.file}:{line_of(place)}"
    raise InputError(Problem(where, what, "Bind pkgs around the set, then run it again"))


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


def module_registration(name: str, layout: Layout) -> tuple[PurePosixPath, File | None]:
    """Return where the module's file goes and the edit that registers it, None where none is.

    A module of a service goes where the modules of services are.

    Raises:
        InputError: the repository has no place for modules.

    """
    found = modules_place(layout)
    if found is None:
        what = "the repository has no list of NixOS modules"
        remedy = (
            "Add modules/default.nix with an empty set, and read it as `modules` in default.nix or "
            "as `nixosModules` in the flake"
        )
        raise InputError(Problem("--module", what, remedy))
    place = found.place
    if isinstance(place, Loaded):
        return _loaded_module(name, place)
    paths = [(n, b, p) for n, b in place.entries if (p := _module_path(b)) is not None]
    folder = _services_folder([p.text for _, _, p in paths])
    if folder is None:
        folder = "./" if place.file.parent.parts else "./modules/"
    path = f"{folder}{name}.nix"
    calls = [b for _, b, _ in paths if b.value is not None and b.value.kind == "apply"]
    value = f"import {path}" if len(calls) * 2 > len(paths) else path
    text = _added(place, name, value, [(n, b) for n, b, _ in paths])
    return _normal(place.file.parent, path), edit_of(place.file, place.text, text)


def _module_path(binding: Binding) -> Node | None:
    """Return the path of an entry that is a module's file, or imports one."""
    value = binding.value
    if value is not None and value.kind == "apply" and value.children[0].text == "import":
        value = value.children[1]
    return value if value is not None and value.kind == "path" and not value.children else None


def _services_folder(paths: Sequence[str]) -> str | None:
    """Return the folder of the modules of services, else that of most modules."""
    folders = Counter(path.rpartition("/")[0] + "/" for path in paths)
    services = [folder for folder in folders if folder.rstrip("/").endswith("services")]
    if services:
        return services[0]
    return folders.most_common(1)[0][0] if folders else None


def _loaded_module(name: str, loaded: Loaded) -> tuple[PurePosixPath, File | None]:
    """Return where the file of a module goes that is loaded from its folder."""
    return PurePosixPath(loaded.pattern.replace("@@", name[:2].lower()).replace("@", name)), None


def modules_place(layout: Layout) -> Modules | None:
    """Return where modules are listed, by default.nix and its like, else by the flake."""
    entries = [reading.entry for reading in layout.readings]
    for entry in entries:
        found = layout.reader.modules(entry)
        if found is not None:
            return found
    return None


def _normal(folder: PurePosixPath, path: str) -> PurePosixPath:
    """Return a path literal relative to the repository."""
    parts = list(folder.parts)
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)
