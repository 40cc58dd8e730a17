"""Functions that make packages of the names in a folder, or load it whole.

The forms are those that were seen in NUR repositories: ``mapAttrs`` and ``genAttrs`` over
``readDir``, ``listToAttrs``, folders of first letters, nixpkgs' packagesFromDirectoryRecursive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.functions import call_package_with, of_shard
from scaffold.repository.follow.known import Call, Known
from scaffold.repository.follow.values import (
    NAME,
    SHARD,
    Built,
    Called,
    Conditional,
    Directory,
    EachOf,
    Literal,
    Loaded,
    Mapped,
    NamesOf,
    Pair,
    RepositoryPath,
    Sequence_,
    Text,
    Value,
)

KNOWN = Known()


@KNOWN.add(2, "genAttrs")
def _gen_attrs(call: Call) -> Value:
    names = call[0]
    if isinstance(names, Directory):
        return _loaded(call, names.folder, lambda name: (name, call.call(call[1], name)))
    if isinstance(names, NamesOf):  # what a name is there, it is in the set that has the names
        return names.base
    return Built(names, call[1], call.file, call.node)


@KNOWN.add(2, "mapAttrs")
def _map_attrs(call: Call) -> Value:
    base = call[1]
    if isinstance(base, Directory):
        kind = call.outside("the kind of a file")
        return _loaded(call, base.folder, lambda name: (name, call.call(call[0], name, kind)))
    if isinstance(base, Loaded):
        return base
    return Mapped(base, call[0], call.file, call.node)


@KNOWN.add(2, "mapAttrs'", "mapAttrsToList")
def _map_attrs_named(call: Call) -> Value:
    base = call[1]
    kind = call.outside("the kind of a file")
    if isinstance(base, Directory):
        return _loaded(call, base.folder, lambda name: _pair(call, call.call(call[0], name, kind)))
    return call.outside("mapAttrs'")


@KNOWN.add(2, "concatMapAttrs")
def _concat_map_attrs(call: Call) -> Value:
    """Return the packages of folders within a folder, such as those of first letters."""
    base, marker = call[1], call.outside("the packages of a folder")
    if isinstance(base, Loaded) and call.call(call[0], Text(SHARD), marker) is marker:
        before, _, after = base.pattern.partition(NAME)
        return replace(base, pattern=f"{before}{SHARD}/{NAME}{after}")
    if isinstance(base, Directory):
        kind = call.outside("the kind of a file")
        return of_shard(call, base.folder, call.call(call[0], Text(SHARD), kind))
    return call.outside("concatMapAttrs")


@KNOWN.add(2, "map")
def _map(call: Call) -> Value:
    items = call[1]
    if isinstance(items, Directory):
        return EachOf(items.folder, call[0])
    if isinstance(items, Sequence_):
        function = call[0]
        return Sequence_(
            tuple(
                lambda item=item: call.follower.apply(function, item, call.file, call.node)  # type: ignore[misc]
                for item in items.items
            )
        )
    return call.outside("map")


@KNOWN.add(1, "listToAttrs")
def _list_to_attrs(call: Call) -> Value:
    items = call[0]
    if isinstance(items, EachOf):
        function = items.function
        return _loaded(call, items.folder, lambda name: _pair(call, call.call(function, name)))
    return call.outside("listToAttrs")


@KNOWN.add(2, "nameValuePair")
def _name_value_pair(call: Call) -> Value:
    return Pair(call[0], call[1])


def _pair(call: Call, value: Value) -> tuple[Value, Value]:
    name, inner = (call.follower.member(value, key) for key in ("name", "value"))
    return name or call.outside("name"), inner or call.outside("value")


@KNOWN.add(1, "readDir")
def _read_dir(call: Call) -> Value:
    path = call[0]
    return Directory(path.path) if isinstance(path, RepositoryPath) else call.outside("readDir")


@KNOWN.add(1, "attrNames")
def _attr_names(call: Call) -> Value:
    given = call[0]
    return given if isinstance(given, Directory) else NamesOf(given)


@KNOWN.add(1, "attrValues")
def _attr_values(call: Call) -> Value:
    given = call[0]
    if not isinstance(given, Literal):
        return call.outside("attrValues")
    member = call.follower.member
    return Sequence_(
        tuple(
            lambda name=name: member(given, name) or call.outside(name)  # type: ignore[misc]
            for name in sorted(given.names)
        )
    )


def _loaded(
    call: Call, folder: PurePosixPath, load: Callable[[Text], tuple[Value, Value]]
) -> Value:
    """Return what a function loads of each entry of a folder, if it calls a file of that entry."""
    for entry in _forms(call.follower, folder):
        name, value = load(Text(entry))
        if not isinstance(name, Text) or name.text != NAME:
            continue
        path = _called_path(value)
        if path is None or NAME not in str(path).replace(SHARD, ""):
            continue
        pattern = str(path)
        if not pattern.endswith(".nix"):
            pattern += "/default.nix"
        return Loaded(folder, pattern, call.file, call.node)
    return call.outside("what is made of the folder's names")


def _forms(follower: Follows, folder: PurePosixPath) -> tuple[str, str]:
    """Return the two forms of an entry, a folder and a file, that of most of them first."""
    names = follower.files.entries(folder)
    flat = sum(name.endswith(".nix") and name != "default.nix" for name in names)
    folders = sum(follower.files.is_dir(folder / name) for name in names)
    return (NAME, f"{NAME}.nix") if folders >= flat else (f"{NAME}.nix", NAME)


def _called_path(value: Value) -> PurePosixPath | None:
    while isinstance(value, Conditional):
        value = value.value
    if isinstance(value, Called) and isinstance(value.callee, RepositoryPath):
        return value.callee.path
    return None


@KNOWN.add(1, "packagesFromDirectoryRecursive")
def _packages_from_directory(call: Call) -> Value:
    folder = call.follower.member(call[0], "directory")
    if not isinstance(folder, RepositoryPath):
        return call.outside("packagesFromDirectoryRecursive")
    form, _ = _forms(call.follower, folder.path)
    file = f"{NAME}/package.nix" if form == NAME else form
    return Loaded(folder.path, f"{folder.path}/{file}", call.file, call.node)


@KNOWN.add(1, "mkDynamicAttrs")
def _dynamic(call: Call) -> Value:
    """Return what autopilot's function loads: ``fun`` of every name in the folder ``dir``."""
    folder, function = (call.follower.member(call[0], key) for key in ("dir", "fun"))
    if not isinstance(folder, RepositoryPath) or function is None:
        return call.outside("mkDynamicAttrs")
    return _loaded(call, folder.path, lambda name: (name, call.call(function, name)))


@KNOWN.add(3, "importPackagesWith")
def _import_packages_with(call: Call) -> Value:
    return call_package_with(call)
