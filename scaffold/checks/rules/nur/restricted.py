"""What NUR's restricted evaluation refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import NUR, is_listed, package_files
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile

#: Functions that need what they are given while Nix evaluates.
_READERS = frozenset({"callPackage", "fromJSON", "import", "readDir", "readFile", "importTOML"})


@rule(
    "NUR121",
    "builtin-fetcher",
    "something is fetched while Nix evaluates",
    severity=Severity.WARNING,
    kinds=NUR,
    why="NUR evaluates with restrictions that refuse builtins.fetchGit and its like: the package, "
    "or the whole repository, is left out.",
    remedy="Use the fetchers of pkgs",
    bad='src = builtins.fetchGit { url = "…"; };',
    good="src = pkgs.fetchgit { … };",
)
def builtin_fetcher(target: Target) -> Iterator[Hit]:
    """Look for them in the files of packages, and in the list that NUR evaluates."""
    for file in _evaluated(target):
        for node in file.nodes if "fetch" in file.text else ():
            head = node.children[0] if node.kind == "apply" else None
            if head is None or not _is_builtin(file, head) or _stands_in_for_pkgs(file, node):
                continue
            name = head.names[-1] if head.names else head.text
            yield target.hit(file, node, f"builtins.{name} is refused by NUR")


def _evaluated(target: Target) -> Iterator[NixFile]:
    """Yield the files that list the packages, and those of the packages."""
    listed = {target.root / name for name in ("default.nix", "nur.nix")}
    lists = [file for file in target.parsed if file.path in listed]
    packages = [file for file in package_files(target) if is_listed(target, file)]
    yield from dict.fromkeys([*lists, *packages])


def _stands_in_for_pkgs(file: NixFile, node: Node) -> bool:
    """Say whether an expression is what ``pkgs`` is without an argument; NUR gives one."""
    function = file.tree
    formals = function.formals if function is not None else None
    defaults = [a.default for a in formals.arguments if a.name == "pkgs"] if formals else []
    return any(d is not None and d.start <= node.start < d.end for d in defaults)


def _is_builtin(file: NixFile, head: Node) -> bool:
    """Say whether a function is a fetcher of Nix itself; some need no ``builtins.``."""
    if head.kind == "select":
        is_fetcher = (head.names[0] or "").startswith("fetch")
        return head.children[0].text == "builtins" and is_fetcher
    if head.kind != "name" or head.text not in ("fetchGit", "fetchTarball", "fetchTree"):
        return False
    bound = any(node.kind == "lambda" and head.text in node.names for node in file.enclosing(head))
    return not bound and file.resolve(head) is head


@rule(
    "NUR133",
    "import-from-derivation",
    "something is built while Nix evaluates",
    severity=Severity.WARNING,
    kinds=NUR,
    why="NUR evaluates without building. What is imported or read from a source that has to be "
    "fetched first is refused, and the package, or the whole repository, is left out.",
    remedy="Keep the file that is imported in the repository",
    bad="import (fetchFromGitHub { … }) { inherit pkgs; }",
    good="import ./vendored.nix { inherit pkgs; }",
    sure="Only sources of fetchers that stand in the same file",
)
def import_from_derivation(target: Target) -> Iterator[Hit]:
    """Look for import, callPackage and the readers of builtins on the source of a fetcher."""
    for file in _evaluated(target):
        for node in file.nodes if "fetch" in file.text else ():
            if node.kind != "apply" or len(node.children) < 2:
                continue
            head = node.children[0]
            name = head.names[-1] if head.kind == "select" and head.names else head.text
            if name in _READERS and _is_fetched(file, node.children[1]):
                yield target.hit(file, node, f"{name} reads a source that is fetched first")


def _is_fetched(file: NixFile, node: Node) -> bool:
    """Say whether a value is what a fetcher of nixpkgs gives, or a path inside of that."""
    node = file.resolve(node)
    if node.kind in ("string", "indented string"):
        inner = node.children[0] if node.children else None
        begins = inner is not None and file.text[node.start : inner.start].strip("\"' ") == "${"
        return begins and inner is not None and _is_fetched(file, inner)
    if node.kind == "operation" and node.text == "+":
        return _is_fetched(file, node.children[0])
    if node.kind != "apply":
        return False
    head = node.children[0]
    name = head.names[-1] if head.kind == "select" and head.names else head.text
    return name.startswith("fetch") and not _is_builtin(file, head)
