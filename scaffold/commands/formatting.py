"""nixfmt, before files are written: once for all of them, when it is there."""

from __future__ import annotations

from dataclasses import replace

from scaffold.base.errors import ScaffoldError
from scaffold.report.reporter import Reporter
from scaffold.system import process
from scaffold.writer.tree import File, Policy, Tree


def formatted(tree: Tree, reporter: Reporter) -> Tree:
    """Return the tree with its new Nix files formatted.

    Files of the user that are edited keep every other byte, and text that nixfmt fails on stays as
    it is, which is told.
    """
    if process.which("nixfmt") is None:
        return tree
    from scaffold.system import nix

    files = [file for file in tree.values() if _is_ours(file)]
    try:
        texts = nix.nixfmt_format_all([file.content.decode() for file in files])
        found = [replace(f, content=t.encode()) for f, t in zip(files, texts, strict=True)]
    except (ScaffoldError, OSError):  # one at a time, to find the one that fails
        found = [_formatted(file, reporter) for file in files]
    return Tree({**tree, **{file.path: file for file in found}}.values())


def _is_ours(file: File) -> bool:
    return file.path.suffix == ".nix" and file.policy is not Policy.EDIT


def _formatted(file: File, reporter: Reporter) -> File:
    from scaffold.system import nix

    try:
        return replace(file, content=nix.nixfmt_format(file.content.decode()).encode())
    except ScaffoldError as error:
        reporter.field("format", f"{file.path} is written unformatted: {error.problems[0].what}")
        return file
