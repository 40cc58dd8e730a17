"""Files that git does not know."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC704",
    "untracked-file",
    "Nix will not see a file that the project uses",
    severity=Severity.ERROR,
    why="In a git repository a flake is what git knows: a new file is not there for Nix before "
    "`git add` (NixOS/nix#7107).",
    remedy="Run git add --intent-to-add on it",
)
def untracked_file(target: Target) -> Iterator[Hit]:
    """Look for files that literal paths name and that git does not know."""
    unknown = target.untracked
    if not unknown:
        return
    told = set()
    for file in target.parsed:
        for node in file.nodes:
            path = file.linked(node) if node.kind == "path" else None
            path = path.resolve() if path is not None else None
            if path in unknown and path not in told:
                told.add(path)
                yield target.hit(file, node, f"git does not know {path.name}")
