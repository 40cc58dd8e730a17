"""Edits of files that are the repository's: every other byte is kept."""

from __future__ import annotations

from pathlib import PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.parser import NixSyntaxError, parse
from scaffold.writer.tree import File, Policy


def edit_of(file: PurePosixPath, old: str, new: str) -> File:
    """Return the plan entry of an edit; a file that changed since it was read is a conflict."""
    if new != old and file.suffix == ".nix":
        _still_nix(file, new)
    content = new.encode()
    return File(
        file,
        content,
        policy=Policy.EDIT,
        merge=lambda found: content if found == old.encode() else None,
    )


def _still_nix(file: PurePosixPath, text: str) -> None:
    try:
        parse(text)
    except NixSyntaxError as error:
        problem = Problem(str(file), f"it cannot be edited safely: {error}", "Edit it by hand")
        raise InputError(problem) from error
