"""Packages that no list names, and listed ones that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.package_files import NUR
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NUR111",
    "unregistered-folder",
    "a package is in no list",
    severity=Severity.WARNING,
    kinds=NUR,
    why="The folder has a package, and no file of the repository names it: nobody can build it.",
    remedy="List it, or remove the folder",
)
def unregistered_folder(target: Target) -> Iterator[Hit]:
    """Look for folders of packages whose path no other file has."""
    layout = target.repository.layout
    if layout.kind in ("auto", "by-name") or layout.register is None:
        return
    folder = target.root / layout.folder
    texts = [f.text for f in target.nix_files]
    if any(re.search(r"readDir|packagesFromDirectory|import-?dir", t, re.I) for t in texts):
        return
    for file in target.nix_files:
        here = file.path.parent
        if file.path.name != "default.nix" or here.parent != folder:
            continue
        others = [f.text for f in target.nix_files if not f.path.is_relative_to(here)]
        name = re.escape(here.name)
        if not any(re.search(rf"[./]{name}(?![\w-])|/{name}\b", text) for text in others):
            yield Hit(file.path, 1, f"no file of the repository names {here.name}")


@rule(
    "NUR123",
    "missing-package-file",
    "a listed package is not there",
    severity=Severity.ERROR,
    kinds=NUR,
    why="The whole repository does not evaluate when the attribute is read.",
    remedy="Mend the path, or remove the line",
)
def missing_package_file(target: Target) -> Iterator[Hit]:
    """Look for literal paths of callPackage and import that lead nowhere."""
    for file in target.parsed:
        for node in file.nodes:
            if node.kind != "apply" or len(node.children) < 2:
                continue
            head = node.children[0]
            name = head.names[-1] if head.kind == "select" and head.names else head.text
            path = node.children[1]
            if not name.startswith(("callPackage", "import")) or path.kind != "path":
                continue
            if path.children or path.text.startswith(("~", "/")):
                continue
            found: Path = file.path.parent / path.text
            if not found.exists() and not file.is_asked_for(path):
                yield target.hit(file, path, f"there is no {path.text}")
