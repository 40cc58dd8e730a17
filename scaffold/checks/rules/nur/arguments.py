"""Names that packages take from nixpkgs, and that it does not have any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.catalogue.migrations import package_moves
from scaffold.checks.package_files import NEWEST, NUR, is_asked_for, package_files, pinned_release
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile

#: Words of files that are called by the callPackage of Python, which has other names.
_OF_PYTHON = ("buildPythonPackage", "buildPythonApplication", "pythonOlder", "toPythonModule")
_PYTHON = ("python3Packages",)
#: Those of an overlay for nixpkgs as it is before the overlay itself.
_BEFORE = frozenset({"prev", "super"})
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
    all_bound: set[str] | None = None
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
            all_bound = all_bound if all_bound is not None else _bound(target)
            if argument.name not in all_bound and not is_asked_for(target, argument.name):
                message = f"nixpkgs {release} has no {argument.name}"
                remedy = f"Take {move.new}" if move.new else ""
                yield target.hit(file, argument.start, message, remedy)


@rule(
    "NUR134",
    "name-gone",
    "a name is taken from nixpkgs that it does not have any more",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs drops packages that nobody maintains, and renames others: naming one ends the "
    "evaluation of what names it.",
    remedy="Take another package",
    bad="buildInputs = [ pkgs.pkgconfig ];",
    good="buildInputs = [ pkgs.pkg-config ];",
    since="the release that the repository pins; NUR itself evaluates with nixos-unstable",
    sure="Silent where the repository binds the name itself, or has another value for it",
)
def name_gone(target: Target) -> Iterator[Hit]:
    """Look at what is selected from nixpkgs, and from its packages of Python 3."""
    release, gone = pinned_release(target), package_moves()
    all_bound: set[str] | None = None
    for file in target.parsed:
        for node in file.nodes:
            if node.kind != "select" or len(node.children) > 1 or not node.names:
                continue
            kind, name = _selected(node)
            move = gone[kind].get(name) if kind else None
            if move is None or move.kind not in ("throw", "gone"):
                continue
            if (move.since or NEWEST) > release or _is_default(file, node):
                continue
            if _makes_anew(file, node, name):
                continue
            before = node.children[0].text in _BEFORE
            all_bound = all_bound if all_bound is not None else _bound(target)
            bound = name in (_bound(target, but=file) if before else all_bound)
            if not bound and not is_asked_for(target, name):
                where = "nixpkgs" if kind == "pkgs" else "python3Packages of nixpkgs"
                remedy = f"Take {move.new}" if move.new else ""
                yield target.hit(file, node, f"{where} {release} has no {name}", remedy)


def _is_default(file: NixFile, node: Node) -> bool:
    """Say whether an expression is what an argument is when nobody gives it."""
    functions = (around for around in file.enclosing(node) if around.kind == "lambda")
    return any(node.start < function.children[-1].start for function in functions)


def _makes_anew(file: NixFile, node: Node, name: str) -> bool:
    """Say whether a name is taken to make it anew: ``x = prev.x.override …`` fails nobody else."""
    inner = node
    for around in file.enclosing(node):
        for binding in around.bindings:
            if binding.value is inner and binding.path[-1:] == (name,):
                return True
        inner = around
    return False


def _selected(node: Node) -> tuple[str, str]:
    """Return the set of nixpkgs that a selection is of, empty when it is of none, and the name."""
    base, names = node.children[0].text, [name or "" for name in node.names]
    if base in _NIXPKGS:
        if names[0] in _PYTHON and len(names) > 1:
            return "python3Packages", names[1]
        return "pkgs", names[0]
    return ("python3Packages", names[0]) if base in _PYTHON else ("", "")


def _bound(target: Target, but: NixFile | None = None) -> set[str]:
    """Return every name that a set or a let of the repository binds, one file left out."""
    files = (file for file in target.parsed if file is not but)
    nodes: Iterator[Node] = (node for file in files for node in file.nodes)
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
