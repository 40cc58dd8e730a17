"""Functions of nix, nixpkgs, flake-utils and flake-parts, as far as they pass packages on.

What each returns is told by its own documentation: the Nix manual ("Built-in Functions"), the
comments of nixpkgs' ``lib/`` (attrsets, lists, fixed-points, customisation, filesystem) and the
READMEs of flake-utils, flake-parts and pkgs-by-name-for-flake-parts. A function is known by the
last part of its name, wherever it was reached from: ``lib.attrsets.genAttrs`` is ``genAttrs``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from scaffold.nixlang.nodes import Node
from scaffold.repository.files import NixFile
from scaffold.repository.values import (
    Arguments,
    Built,
    Called,
    Conditional,
    Directory,
    EachOf,
    FlakeItself,
    FlakeParts,
    Keyed,
    Literal,
    Loaded,
    Mapped,
    Outside,
    Pair,
    Partial,
    PerSystem,
    RepositoryPath,
    Scope,
    Sequence_,
    Text,
    Update,
    Value,
)

if TYPE_CHECKING:
    from scaffold.repository.follow import Follower

#: Names that are known without an import; `with` does not hide them (Nix manual, "Constants").
GLOBAL = frozenset(
    [
        "abort",
        "baseNameOf",
        "builtins",
        "derivation",
        "dirOf",
        "false",
        "fetchGit",
        "fetchMercurial",
        "fetchTarball",
        "fetchTree",
        "fromTOML",
        "import",
        "isNull",
        "map",
        "null",
        "placeholder",
        "removeAttrs",
        "scopedImport",
        "throw",
        "toString",
        "true",
    ]
)
#: What stands for the name of a package that is to be loaded.
NAME = "@"
#: What stands for a folder of packages whose names begin alike, such as ``he`` for ``hello``.
SHARD = "@@"


@dataclass(frozen=True)
class Call:
    """A call of a known function with all of its arguments, and where it stands."""

    follower: Follower
    arguments: tuple[Callable[[], Value], ...]
    file: NixFile
    node: Node

    def __getitem__(self, at: int) -> Value:
        """Return the value of an argument, which is found now."""
        return self.arguments[at]()

    def call(self, function: Value, *arguments: Value) -> Value:
        """Call a function with values."""
        for argument in arguments:
            function = self.follower.call(function, argument, self.file, self.node)
        return function

    def outside(self, name: str) -> Outside:
        """Return something that is not known."""
        return Outside(name, self.file, self.node)


Handler = Callable[[Call], Value]
_KNOWN: dict[str, tuple[int, Handler]] = {}


def apply(
    follower: Follower,
    function: Outside,
    argument: Callable[[], Value],
    file: NixFile,
    node: Node,
) -> Value:
    """Return what a function from outside makes of one more argument."""
    last = function.last
    if last not in _KNOWN:
        return Outside(f"{function.name} …", file, node)
    needed, handler = _KNOWN[last]
    given = (*(function.thunks if isinstance(function, Partial) else ()), argument)
    if len(given) < needed:
        return Partial(function.name, file, node, given)
    return handler(Call(follower, given, file, node))


def _known(needed: int, *names: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for name in names:
            _KNOWN[name] = (needed, handler)
        return handler

    return register


def _returns(at: int, needed: int, *names: str) -> None:
    """Register functions that return one of their arguments, or a set of the same attributes."""
    _known(needed, *names)(lambda call: call[at])


_returns(0, 1, "recurseIntoAttrs", "dontRecurseIntoAttrs", "id", "mkDefault", "mkForce")
_returns(0, 1, "mkVMOverride", "flattenTree", "traceVal", "traceValSeq")
_returns(0, 2, "removeAttrs", "const")
_returns(1, 2, "traceValFn", "traceValSeqFn", "traceValSeqN")
_returns(2, 3, "traceSeqN", "traceFnSeqN")
_returns(1, 2, "seq", "deepSeq", "trace", "traceSeq", "warn", "addErrorContext", "info")
_returns(1, 2, "filterAttrs", "filterAttrsRecursive", "getAttrs", "filterPackages", "filter")
_returns(1, 2, "scopedImport", "mkOverride", "mkBefore", "mkAfter", "setPrio", "flip")
_returns(2, 3, "warnIf", "warnIfNot", "throwIf", "throwIfNot")


@_known(1, "import")
def _import(call: Call) -> Value:
    path = call[0]
    if isinstance(path, RepositoryPath):
        return call.follower.imported(path, call.file, call.node)
    if isinstance(path, FlakeItself):
        return call.outside("the flake itself")
    name = path.name if isinstance(path, Outside) else "a value"
    return call.outside(f"import {name}")


@_known(2, "callPackage", "callPackages")
def _call_package(call: Call) -> Value:
    callee = call[0]
    if isinstance(callee, Outside | Text):
        return call.outside("a package")
    return Called(callee, call[1], call.file, call.node)


@_known(3, "callPackageWith", "callPackagesWith", "newScope")
def _call_package_with(call: Call) -> Value:
    inner = Call(call.follower, call.arguments[1:], call.file, call.node)
    return _call_package(inner)


@_known(2, "optionalAttrs", "mkIf")
def _optional(call: Call) -> Value:
    return Conditional(call[1])


@_known(2, "mergeAttrs", "unionOfDisjoint")
def _merge(call: Call) -> Value:
    return Update(call[0], call[1])


@_known(2, "recursiveUpdate")
def _recursive_update(call: Call) -> Value:
    return Update(call[0], call[1], deep=True)


@_known(1, "mergeAttrsList", "mkMerge")
def _merge_all(call: Call) -> Value:
    return _folded(call, lambda one, other: Update(one, other), _empty(call), call[0])


@_known(3, "foldl'", "foldl")
def _foldl(call: Call) -> Value:
    return _folded(call, lambda one, other: call.call(call[0], one, other), call[1], call[2])


@_known(3, "foldr", "fold")
def _foldr(call: Call) -> Value:
    def step(one: Value, other: Value) -> Value:
        return call.call(call[0], other, one)

    items = call[2]
    if isinstance(items, Sequence_):
        items = Sequence_(tuple(reversed(items.items)))
    return _folded(call, step, call[1], items)


def _folded(call: Call, step: Callable[[Value, Value], Value], start: Value, items: Value) -> Value:
    """Return a fold; a list that is not known is taken for one element that is not known."""
    result = start
    if isinstance(items, EachOf):
        of_folder = call.call(items.function, Text(SHARD))
        return Update(start, _of_shard(call, items.folder, of_folder))
    found = items.items if isinstance(items, Sequence_) else (lambda: call.outside("a list"),)
    for item in found:
        result = step(result, item())
    return result


def _empty(call: Call) -> Value:
    """Return the empty set."""
    return Literal(call.file, replace(call.node, kind="set", bindings=(), children=()), Scope())


@_known(2, "makeScope")
def _make_scope(call: Call) -> Value:
    return call.call(call[1], call.outside("self"))


@_known(1, "makeExtensible", "fix", "fix'")
def _fix(call: Call) -> Value:
    found: list[Value] = []
    outside = call.outside("self")

    def itself() -> Value:
        return found[0] if found else outside

    result = call.follower.apply(call[0], itself, call.file, call.node)
    found.append(result)
    return result


@_known(2, "makeExtensibleWithCustomName")
def _fix_named(call: Call) -> Value:
    return call.call(call[1], call.outside("self"))


@_known(1, "extend")
def _extend(call: Call) -> Value:
    return call.outside("pkgs")


@_known(2, "makeOverridable", "pipe'")
def _make_overridable(call: Call) -> Value:
    return call.call(call[0], call[1])


@_known(2, "pipe")
def _pipe(call: Call) -> Value:
    result, functions = call[0], call[1]
    if not isinstance(functions, Sequence_):
        return call.outside("pipe")
    for function in functions.items:
        result = call.call(function(), result)
    return result


@_known(2, "getAttr")
def _get_attr(call: Call) -> Value:
    name = call[0]
    wanted = name.text if isinstance(name, Text) else None
    return call.follower.member(call[1], wanted) or call.outside("getAttr")


# Sets made of names


@_known(2, "genAttrs")
def _gen_attrs(call: Call) -> Value:
    names = call[0]
    if isinstance(names, Directory):
        return _loaded(call, names.folder, lambda name: (name, call.call(call[1], name)))
    return Built(names, call[1], call.file, call.node)


@_known(2, "mapAttrs")
def _map_attrs(call: Call) -> Value:
    base = call[1]
    if isinstance(base, Directory):
        kind = call.outside("the kind of a file")
        return _loaded(call, base.folder, lambda name: (name, call.call(call[0], name, kind)))
    if isinstance(base, Loaded):
        return base
    return Mapped(base, call[0], call.file, call.node)


@_known(2, "mapAttrs'", "mapAttrsToList")
def _map_attrs_named(call: Call) -> Value:
    base = call[1]
    kind = call.outside("the kind of a file")
    if isinstance(base, Directory):
        return _loaded(call, base.folder, lambda name: _pair(call, call.call(call[0], name, kind)))
    return call.outside("mapAttrs'")


@_known(2, "concatMapAttrs")
def _concat_map_attrs(call: Call) -> Value:
    """Return the packages of folders within a folder, such as those of first letters."""
    base, marker = call[1], call.outside("the packages of a folder")
    if isinstance(base, Loaded) and call.call(call[0], Text(SHARD), marker) is marker:
        before, _, after = base.pattern.partition(NAME)
        return replace(base, pattern=f"{before}{SHARD}/{NAME}{after}")
    if isinstance(base, Directory):
        kind = call.outside("the kind of a file")
        return _of_shard(call, base.folder, call.call(call[0], Text(SHARD), kind))
    return call.outside("concatMapAttrs")


def _of_shard(call: Call, folder: PurePosixPath, inner: Value) -> Value:
    if isinstance(inner, Loaded) and SHARD in inner.pattern:
        return replace(inner, folder=folder)
    return call.outside("what is made of folders of folders")


@_known(2, "map")
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


@_known(1, "listToAttrs")
def _list_to_attrs(call: Call) -> Value:
    items = call[0]
    if isinstance(items, EachOf):
        function = items.function
        return _loaded(call, items.folder, lambda name: _pair(call, call.call(function, name)))
    return call.outside("listToAttrs")


@_known(2, "nameValuePair")
def _name_value_pair(call: Call) -> Value:
    return Pair(call[0], call[1])


def _pair(call: Call, value: Value) -> tuple[Value, Value]:
    name, inner = (call.follower.member(value, key) for key in ("name", "value"))
    return name or call.outside("name"), inner or call.outside("value")


# Texts and paths


@_known(1, "toString", "baseNameOf", "toPath", "unsafeDiscardStringContext")
def _text(call: Call) -> Value:
    return call[0]


@_known(2, "removeSuffix")
def _remove_suffix(call: Call) -> Value:
    suffix, text = call[0], call[1]
    if isinstance(suffix, Text) and isinstance(text, Text):
        return Text(text.text.removesuffix(suffix.text))
    return call.outside("removeSuffix")


@_known(2, "append")
def _append(call: Call) -> Value:
    base, added = call[0], call[1]
    if isinstance(base, RepositoryPath) and isinstance(added, Text):
        return RepositoryPath(base.path / added.text)
    return call.outside("append")


# Folders


@_known(1, "readDir")
def _read_dir(call: Call) -> Value:
    path = call[0]
    return Directory(path.path) if isinstance(path, RepositoryPath) else call.outside("readDir")


@_known(1, "attrNames")
def _attr_names(call: Call) -> Value:
    given = call[0]
    return given if isinstance(given, Directory) else call.outside("attrNames")


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


def _forms(follower: Follower, folder: PurePosixPath) -> tuple[str, str]:
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


@_known(1, "packagesFromDirectoryRecursive")
def _packages_from_directory(call: Call) -> Value:
    folder = call.follower.member(call[0], "directory")
    if not isinstance(folder, RepositoryPath):
        return call.outside("packagesFromDirectoryRecursive")
    form, _ = _forms(call.follower, folder.path)
    file = f"{NAME}/package.nix" if form == NAME else form
    return Loaded(folder.path, f"{folder.path}/{file}", call.file, call.node)


@_known(1, "mkDynamicAttrs")
def _dynamic(call: Call) -> Value:
    """Return what autopilot's function loads: ``fun`` of every name in the folder ``dir``."""
    folder, function = (call.follower.member(call[0], key) for key in ("dir", "fun"))
    if not isinstance(folder, RepositoryPath) or function is None:
        return call.outside("mkDynamicAttrs")
    return _loaded(call, folder.path, lambda name: (name, call.call(function, name)))


@_known(3, "importPackagesWith")
def _import_packages_with(call: Call) -> Value:
    return _call_package_with(call)


# Flakes


@_known(1, "eachDefaultSystem", "eachDefaultSystemPassThrough")
def _each_default_system(call: Call) -> Value:
    return PerSystem(lambda: call.call(call[0], call.outside("system")))


@_known(2, "eachSystem", "eachSystemPassThrough")
def _each_system(call: Call) -> Value:
    return PerSystem(lambda: call.call(call[1], call.outside("system")))


@_known(1, "eachDefaultSystemMap", "forAllSystems", "forEachSystem")
def _each_default_system_map(call: Call) -> Value:
    return Keyed(lambda: call.call(call[0], call.outside("system")))


@_known(2, "eachSystemMap")
def _each_system_map(call: Call) -> Value:
    return Keyed(lambda: call.call(call[1], call.outside("system")))


@_known(2, "withSystem")
def _with_system(call: Call) -> Value:
    return call.call(call[1], Arguments({}, call.outside("config")))


@_known(2, "mkFlake")
def _mk_flake(call: Call) -> Value:
    found: list[tuple[Value, ...]] = []

    def modules() -> tuple[Value, ...]:
        if not found:
            found.append(())  # what a module says of the flake itself does not add modules
            inputs = call.follower.member(call[0], "inputs") or call.outside("inputs")
            itself = call.follower.member(inputs, "self") or call.outside("self")
            known = {"inputs": inputs, "self": itself}
            every = list(call.follower.modules(call[1], known))
            for path in _autopilot(call):
                every += call.follower.modules(path, known)
            found[0] = tuple(every)
        return found[0]

    return FlakeParts(modules)


def _autopilot(call: Call) -> tuple[RepositoryPath, ...]:
    """Return the modules that autopilot reads from the folder ``autopilot.parts.path``."""
    value: Value | None = call[0]
    for name in ("autopilot", "parts", "path"):
        value = call.follower.member(value, name) if value is not None else None
    if not isinstance(value, RepositoryPath):
        return ()
    names = call.follower.files.entries(value.path)
    return tuple(RepositoryPath(value.path / n) for n in names if re.search(r"\.nix$", n))
