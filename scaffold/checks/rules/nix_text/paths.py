"""Paths that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.rule import Hit, Kind, Severity, rule
from scaffold.checks.target import Target

_COMPOSITIONS = frozenset({Kind.PROJECT, Kind.FILES})


@rule(
    "NXC011",
    "missing-path",
    "a path does not exist",
    severity=Severity.ERROR,
    kinds=_COMPOSITIONS,
    why="Nix fails when it reads the path; a file that is made later has to be made first.",
    remedy="Mend the path, or add the file",
    bad="imports = [ ./common_confg.nix ];",
    good="imports = [ ./common_config.nix ];",
    sure="A file that another program writes before the build",
)
def missing_path(target: Target) -> Iterator[Hit]:
    """Look for literal paths that lead nowhere, those asked for by pathExists left out."""
    for file in target.parsed:
        for node in file.nodes:
            if node.kind != "path" or node.children or node.text.startswith(("~", "/")):
                continue
            found = file.path.parent / node.text
            if found.exists() or found.is_symlink() or file.is_asked_for(node):
                continue
            if any(part in ("result", "build", "secrets") for part in Path(node.text).parts):
                continue
            yield target.hit(file, node, f"there is no {node.text}")
