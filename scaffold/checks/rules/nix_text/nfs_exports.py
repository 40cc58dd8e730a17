"""The options of NFS exports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile


@rule(
    "NXC012",
    "nfs-export-blank",
    "a blank stands inside the options of an NFS export",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    why="The blank ends the options: what follows is taken for the name of another client.",
    remedy="Remove the blank",
    bad="exports = ''\n  /srv *(rw, no_subtree_check)\n'';",
    good="exports = ''\n  /srv *(rw,no_subtree_check)\n'';",
)
def nfs_export_blank(target: Target) -> Iterator[Hit]:
    """Look into the texts of services.nfs.server.exports."""
    for file in target.parsed:
        for value in _exports(file):
            source = file.source(value)
            for match in re.finditer(
                r"\((?:[a-z_]+(?:=[^\s(),]*)?,)*[a-z_]*\s*,?\s+[a-z_]", source
            ):
                if "\n" not in match[0]:
                    message = "a blank inside the options of an export ends them"
                    yield target.hit(file, value.start + match.start(), message)


def _exports(file: NixFile) -> Iterator[Node]:
    """Yield the texts of NFS exports of a file."""
    if "exports" not in file.text or "nfs" not in file.text:
        return
    for node in file.nodes:
        for binding in node.bindings:
            if binding.path[-1:] == ("exports",) and binding.value is not None:
                yield from (
                    inner
                    for inner in file.nodes
                    if inner.kind in ("string", "indented string")
                    and binding.value.start <= inner.start < binding.value.end
                )
