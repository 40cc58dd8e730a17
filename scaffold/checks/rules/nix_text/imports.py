"""Files that are imported with other arguments than they take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.rule import ANY_KIND, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Formals, Node
from scaffold.survey.nix_file import NixFile


def _applied(file: NixFile) -> Iterator[tuple[Node, Path, Node]]:
    """Yield `import ./file argument` and the like: the whole, the file, the argument."""
    for node in file.nodes:
        if node.kind != "apply":
            continue
        imported = file.imported(node)
        if imported is not None and len(node.children) >= 3:
            yield node, imported, node.children[2]
        head = node.children[0]
        if head.kind == "parentheses" and len(node.children) >= 2:
            inner = file.imported(head.children[0])
            if inner is not None and len(head.children[0].children) == 2:
                yield node, inner, node.children[1]


def _formals(target: Target, path: Path) -> Formals | None:
    """Return what the function that a file is takes; None when it is none, or of a plain name."""
    file = target.session.nix(path)
    node = file.tree if file is not None else None
    while node is not None and node.kind == "parentheses":
        node = node.children[0]
    return node.formals if node is not None and node.kind == "lambda" else None


@rule(
    "NXC010",
    "import-arguments",
    "a file is imported without an argument that it needs, or with one that it does not take",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    why="The function at the top of the file names its arguments. Nix checks them as it calls it.",
    remedy="Pass exactly the arguments that the file names",
    bad="# nfs.nix is { flavour }: …\nimport ./nfs.nix { }",
    good="import ./nfs.nix { inherit flavour; }",
)
def import_arguments(target: Target) -> Iterator[Hit]:
    """Compare the set that is passed with the arguments of the imported file."""
    for file in target.parsed:
        for node, path, argument in _applied(file):
            given = _names(file, argument)
            formals = _formals(target, path)
            if given is None or formals is None:
                continue
            lacking = [
                a.name for a in formals.arguments if a.default is None and a.name not in given
            ]
            unknown = [] if formals.open else sorted(given - set(formals.names))
            name = path.name if path.name != "default.nix" else f"{path.parent.name}/{path.name}"
            if lacking:
                yield target.hit(file, node, f"{name} needs the argument {', '.join(lacking)}")
            if unknown:
                yield target.hit(file, node, f"{name} takes no argument {', '.join(unknown)}")


def _names(file: NixFile, argument: Node) -> frozenset[str] | None:
    """Return the names of a set that is passed, or None when the text does not tell them."""
    argument = file.resolve(argument)
    if argument.kind != "set" or any(
        None in b.names or (b.path and b.path[0] is None) for b in argument.bindings
    ):
        return None
    return frozenset(argument.bound())
