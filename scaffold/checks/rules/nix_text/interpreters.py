"""Scripts that do not say which program reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile

_SUFFIXES = frozenset({".bash", ".pl", ".py", ".sh"})


@rule(
    "NXC018",
    "no-interpreter",
    "a script that is to be run does not say by what",
    severity=Severity.WARNING,
    why="A shell that is given such a file takes it for one of its own. A daemon that starts it, "
    "such as a job manager its prologue, gets an error of the kernel: exec format error.",
    remedy="Begin it with #! and the interpreter, such as #!/usr/bin/env bash",
    bad="# prologue.sh, which is executable\nexport OAR_JOB_ID=$1",
    good="#!/usr/bin/env bash\nexport OAR_JOB_ID=$1",
    sure="Only executable files that a Nix file names itself, not by a function",
)
def no_interpreter(target: Target) -> Iterator[Hit]:
    """Look at the first two characters of executable scripts that paths name."""
    named: dict[Path, None] = {}
    for file in target.parsed:
        for node in file.nodes:
            path = file.linked(node) if node.kind == "path" else None
            if path is not None and path.suffix in _SUFFIXES and not _is_argument(file, node):
                named[path.resolve()] = None
    for path in named:
        if not path.is_file() or not os.access(path, os.X_OK):
            continue
        text = target.session.text(path)
        if text and text.strip() and not text.startswith("#!"):
            yield Hit(path, 1, f"{path.name} is executable and begins with no #!")


def _is_argument(file: NixFile, node: Node) -> bool:
    """Say whether a function gets the path, such as readFile: what becomes of it is not known."""
    around = next(file.enclosing(node), None)
    return around is not None and around.kind == "apply"
