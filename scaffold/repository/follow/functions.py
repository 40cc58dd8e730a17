"""Functions of nix, nixpkgs, flake-utils and flake-parts, as far as they pass packages on.

What each returns is told by its own documentation: the Nix manual ("Built-in Functions"), the
comments of nixpkgs' ``lib/`` (attrsets, lists, fixed-points, customisation, filesystem) and the
READMEs of flake-utils, flake-parts and pkgs-by-name-for-flake-parts. A function is known by the
last part of its name, wherever it was reached from: ``lib.attrsets.genAttrs`` is ``genAttrs``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.repository.follow.known import Call, Known
from scaffold.repository.follow.values import (
    SHARD,
    Called,
    Conditional,
    EachOf,
    FlakeItself,
    Imported,
    Literal,
    Loaded,
    Outside,
    RepositoryPath,
    Scope,
    Sequence_,
    Text,
    Update,
    Value,
)

KNOWN = Known()
#: Names that are known without an import; `with` does not hide them (Nix manual, "Constants").
GLOBAL = frozenset(
    {"abort", "baseNameOf", "builtins", "derivation", "dirOf", "false", "fetchGit",
     "fetchMercurial", "fetchTarball", "fetchTree", "fromTOML", "import", "isNull", "map", "null",
     "placeholder", "removeAttrs", "scopedImport", "throw", "toString", "true"}
)  # fmt: skip


KNOWN.returns(0, 1, "recurseIntoAttrs", "dontRecurseIntoAttrs", "id", "mkDefault", "mkForce")
KNOWN.returns(0, 1, "mkVMOverride", "flattenTree", "traceVal", "traceValSeq")
KNOWN.returns(0, 2, "removeAttrs", "const")
KNOWN.returns(1, 2, "traceValFn", "traceValSeqFn", "traceValSeqN")
KNOWN.returns(2, 3, "traceSeqN", "traceFnSeqN")
KNOWN.returns(1, 2, "seq", "deepSeq", "trace", "traceSeq", "warn", "addErrorContext", "info")
KNOWN.returns(1, 2, "intersectAttrs", "filterAttrs", "filterAttrsRecursive", "getAttrs", "filter")
KNOWN.returns(1, 2, "filterPackages")
KNOWN.returns(1, 2, "scopedImport", "mkOverride", "mkBefore", "mkAfter", "setPrio")
KNOWN.returns(2, 3, "warnIf", "warnIfNot", "throwIf", "throwIfNot")


@KNOWN.add(1, "import")
def _import(call: Call) -> Value:
    path = call[0]
    if isinstance(path, RepositoryPath):
        return call.follower.imported(path, call.file, call.node)
    if isinstance(path, FlakeItself):
        return call.outside("the flake itself")
    name = path.name if isinstance(path, Outside) else "a value"
    return Imported(f"import {name}", call.file, call.node)


@KNOWN.add(2, "callPackage", "callPackages")
def _call_package(call: Call) -> Value:
    callee = call[0]
    if isinstance(callee, Outside | Text):
        return call.outside("a package")
    return Called(callee, call[1], call.file, call.node)


@KNOWN.add(3, "callPackageWith", "callPackagesWith", "newScope")
def call_package_with(call: Call) -> Value:
    """Return what callPackage does when the names that it passes were given first."""
    inner = Call(call.follower, call.arguments[1:], call.file, call.node)
    return _call_package(inner)


@KNOWN.add(2, "optionalAttrs", "mkIf")
def _optional(call: Call) -> Value:
    return Conditional(call[1])


@KNOWN.add(2, "mergeAttrs", "unionOfDisjoint")
def _merge(call: Call) -> Value:
    return Update(call[0], call[1])


@KNOWN.add(2, "recursiveUpdate")
def _recursive_update(call: Call) -> Value:
    return Update(call[0], call[1], deep=True)


@KNOWN.add(1, "mergeAttrsList", "mkMerge")
def _merge_all(call: Call) -> Value:
    return _folded(call, lambda one, other: Update(one, other), _empty(call), call[0])


@KNOWN.add(3, "foldl'", "foldl")
def _foldl(call: Call) -> Value:
    return _folded(call, lambda one, other: call.call(call[0], one, other), call[1], call[2])


@KNOWN.add(3, "foldr", "fold")
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
        return Update(start, of_shard(call, items.folder, call.call(items.function, Text(SHARD))))
    found = items.items if isinstance(items, Sequence_) else (lambda: call.outside("a list"),)
    for item in found:
        result = step(result, item())
    return result


def of_shard(call: Call, folder: PurePosixPath, inner: Value) -> Value:
    """Return what is loaded of folders of folders, such as those of first letters."""
    if isinstance(inner, Loaded) and SHARD in inner.pattern:
        return replace(inner, folder=folder)
    return call.outside("what is made of folders of folders")


def _empty(call: Call) -> Value:
    """Return the empty set."""
    return Literal(call.file, replace(call.node, kind="set", bindings=(), children=()), Scope())


@KNOWN.add(2, "makeScope")
def _make_scope(call: Call) -> Value:
    return call.call(call[1], call.outside("self"))


@KNOWN.add(1, "makeExtensible", "fix", "fix'")
def _fix(call: Call) -> Value:
    found: list[Value] = []
    outside = call.outside("self")

    def itself() -> Value:
        return found[0] if found else outside

    result = call.follower.apply(call[0], itself, call.file, call.node)
    found.append(result)
    return result


@KNOWN.add(2, "makeExtensibleWithCustomName")
def _fix_named(call: Call) -> Value:
    return call.call(call[1], call.outside("self"))


@KNOWN.add(2, "makeOverridable")
def _make_overridable(call: Call) -> Value:
    return call.call(call[0], call[1])


@KNOWN.add(2, "pipe")
def _pipe(call: Call) -> Value:
    result, functions = call[0], call[1]
    if not isinstance(functions, Sequence_):
        return call.outside("pipe")
    for function in functions.items:
        result = call.call(function(), result)
    return result


@KNOWN.add(2, "getAttr")
def _get_attr(call: Call) -> Value:
    name = call[0]
    wanted = name.text if isinstance(name, Text) else None
    return call.follower.member(call[1], wanted) or call.outside("getAttr")


@KNOWN.add(1, "toString", "toPath", "unsafeDiscardStringContext")
def _text(call: Call) -> Value:
    return call[0]


@KNOWN.add(2, "removeSuffix")
def _remove_suffix(call: Call) -> Value:
    suffix, text = call[0], call[1]
    if isinstance(suffix, Text) and isinstance(text, Text):
        return Text(text.text.removesuffix(suffix.text))
    return call.outside("removeSuffix")


@KNOWN.add(2, "append")
def _append(call: Call) -> Value:
    base, added = call[0], call[1]
    if isinstance(base, RepositoryPath) and isinstance(added, Text):
        return RepositoryPath(base.path / added.text)
    return call.outside("append")
