"""Arguments of packages that nixpkgs does not have any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.catalogue.migrations import package_moves
from scaffold.checks.package_files import NEWEST, NUR, package_files, pinned_release
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node

#: Words of files that are called by the callPackage of Python, which has other names.
_OF_PYTHON = ("buildPythonPackage", "buildPythonApplication", "pythonOlder", "toPythonModule")
#: Names by which nixpkgs itself is known.
_NIXPKGS = frozenset({"pkgs", "pkgs'", "final", "prev", "self", "super"})


@rule(
    "NUR130",
    "argument-gone",
    "a package takes an argument that nixpkgs does not have any more",
    severity=Severity.ERROR,
    kinds=NUR,
    why="callPackage fills the arguments of a file by their names. One that nixpkgs has removed or "
    "renamed ends the evaluation of the package.",
    remedy="Take another package",
    bad="{ stdenv, pkgconfig }: …",
    good="{ stdenv, pkg-config }: …",
    since="the release that the repository pins; NUR itself evaluates with nixos-unstable",
    sure="Silent where the repository binds the name itself, or calls the file by the callPackage "
    "of another set, such as python3Packages",
)
def argument_gone(target: Target) -> Iterator[Hit]:
    """Compare the arguments of each file of packages with the names that nixpkgs dropped."""
    release, gone = pinned_release(target), package_moves()["pkgs"]
    own: set[str] | None = None
    elsewhere = _called_by_others(target)
    for file in package_files(target):
        if file.path in elsewhere or any(word in file.text for word in _OF_PYTHON):
            continue
        function = file.tree
        formals = function.formals if function is not None and function.kind == "lambda" else None
        for argument in formals.arguments if formals is not None else ():
            move = gone.get(argument.name)
            if move is None or argument.default is not None or move.kind not in ("throw", "gone"):
                continue
            if (move.since or NEWEST) > release:
                continue
            own = own if own is not None else _bound(target)
            if argument.name not in own:
                message = f"nixpkgs {release} has no {argument.name}"
                remedy = f"Take {move.new}" if move.new else ""
                yield target.hit(file, argument.start, message, remedy)


def _bound(target: Target) -> set[str]:
    """Return every name that a set or a let of the repository binds."""
    nodes: Iterator[Node] = (node for file in target.parsed for node in file.nodes)
    return {name for node in nodes if node.kind in ("set", "let") for name in node.bound()}


def _called_by_others(target: Target) -> set[Path]:
    """Return the files that are called by the callPackage of another set than nixpkgs."""
    found = set()
    for file in target.parsed:
        for node in file.nodes if "callPackage" in file.text else ():
            if node.kind != "apply" or len(node.children) < 2:
                continue
            head = node.children[0]
            path = file.linked(node.children[1]) if head.names[-1:] == ("callPackage",) else None
            plain = len(head.names) == 1 and head.children[0].text in _NIXPKGS
            if path is not None and not plain:
                found.add(path.resolve())
    return found
