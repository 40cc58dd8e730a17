"""Files that git does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.rule import Hit, Kind, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.found import Repository


@rule(
    "NXC704",
    "untracked-file",
    "Nix will not see a file that the project uses",
    severity=Severity.ERROR,
    kinds=frozenset({Kind.PROJECT, Kind.REPOSITORY}),
    why="In a git repository a flake is what git knows: a new file is not there for Nix before "
    "`git add` (NixOS/nix#7107).",
    remedy="Run git add --intent-to-add on it",
)
def untracked_file(target: Target) -> Iterator[Hit]:
    """Look for files that git does not know: those that paths name, and where Nix begins."""
    unknown = target.untracked
    told = set()
    for path in _read_first(target):
        if path in unknown:
            told.add(path)
            yield Hit(path, 1, f"git does not know {path.name}")
    for file in target.parsed if unknown else ():
        for node in file.nodes:
            linked = file.linked(node) if node.kind == "path" else None
            linked = linked.resolve() if linked is not None else None
            if linked in unknown and linked not in told:
                told.add(linked)
                yield target.hit(file, node, f"git does not know {linked.name}")


def _read_first(target: Target) -> Iterator[Path]:
    """Yield the files that Nix reads without a path that names them."""
    if (target.root / "flake.nix").is_file():
        yield target.root / "flake.nix"
    if isinstance(target.of, Repository) and target.of.layout.kind in ("auto", "by-name"):
        folder = target.root / target.of.layout.folder
        name = "package.nix" if target.of.layout.kind == "by-name" else "default.nix"
        yield from (p for p in target.files if p.name == name and p.is_relative_to(folder))
