"""Edits of files that are the repository's: every other byte is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.edits import Edit, apply_edits
from scaffold.nixlang.parser import NixSyntaxError, parse
from scaffold.writer.tree import File, Policy


def edit_of(file: PurePosixPath, old: str, new: str) -> File:
    """Return the plan entry of an edit; a file that changed since it was read is a conflict."""
    if new != old and file.suffix == ".nix":
        _still_nix(file, new)
    content = new.encode("utf-8", "surrogateescape")
    return File(
        file,
        content,
        policy=Policy.EDIT,
        merge=lambda found: content if found == old.encode("utf-8", "surrogateescape") else None,
    )


def together(files: Iterable[File], texts: Callable[[PurePosixPath], str]) -> list[File]:
    """Return the edits with those of one file made into one; ``texts`` gives what is edited.

    Each adds to a file in one place, so that where it differs from the old text tells the place.
    """
    by_path: dict[PurePosixPath, list[File]] = {}
    for file in files:
        by_path.setdefault(file.path, []).append(file)
    result: list[File] = []
    for path, edits in by_path.items():
        if len(edits) > 1:
            old = texts(path)
            places = [
                _difference(old, edit.content.decode("utf-8", "surrogateescape")) for edit in edits
            ]
            result.append(edit_of(path, old, apply_edits(old, places)))
        else:
            result += edits
    return result


def _difference(old: str, new: str) -> Edit:
    """Return the one edit that leads from a text to another."""
    start = _alike(old, new)
    rest = min(len(old), len(new)) - start
    end = min(_alike(reversed(old), reversed(new)), rest)
    return Edit(start, len(old) - end, new[start : len(new) - end])


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """Return how many characters are the same from the beginning on."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)


def _still_nix(file: PurePosixPath, text: str) -> None:
    try:
        parse(text)
    except NixSyntaxError as error:
        problem = Problem(str(file), f"it cannot be edited safely: {error}", "Edit it by hand")
        raise InputError(problem) from error
