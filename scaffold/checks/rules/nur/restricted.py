"""What NUR's restricted evaluation refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import NUR, calls_in, package_files
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


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
    """Look for them in the files of packages."""
    for file in package_files(target):
        for name, node, _ in calls_in(file) if "builtins." in file.text else ():
            head = node.children[0]
            base = head.children[0].text if head.kind == "select" else ""
            if base == "builtins" and name.startswith("fetch"):
                yield target.hit(file, node, f"builtins.{name} is refused by NUR")
