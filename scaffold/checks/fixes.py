"""The edits of findings, put together to new texts of whole files; writing is for the writer."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scaffold.checks.engine import Finding
from scaffold.checks.rule import Edit
from scaffold.nixlang.lexer import NixSyntaxError
from scaffold.nixlang.parser import parse
from scaffold.nixlang.twice import defined_twice
from scaffold.survey.session import Session
from scaffold.writer.tree import File, Policy, Tree


@dataclass(frozen=True)
class Fixed:
    """The files as they are to be below ``root``, and the findings that this mends.

    ``left`` are findings whose edits overlap with others: a second run mends them.
    """

    root: Path
    tree: Tree
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]


def fixed(findings: Iterable[Finding], session: Session) -> Fixed | None:
    """Return the files with the edits applied, or None when there is none to apply."""
    by_file: dict[Path, list[Finding]] = {}
    for finding in findings:
        for path in {edit.path for edit in finding.edits}:
            by_file.setdefault(path, []).append(finding)
    files: dict[Path, str] = {}
    mended: list[Finding] = []
    left: list[Finding] = []
    for path, mine in sorted(by_file.items()):
        old = session.text(path)
        if old is None:
            continue
        new, done, skipped = _apply(path, old, mine)
        if new != old:
            files[path] = new
        mended += done
        left += skipped
    if not files:
        return None
    root = Path(os.path.commonpath([path.parent for path in files]))
    tree = Tree(_file(root, path, session.text(path) or "", new) for path, new in files.items())
    return Fixed(root, tree, tuple(mended), tuple(left))


def _file(root: Path, path: Path, old: str, new: str) -> File:
    """Return a file that replaces exactly what was read, and is a conflict for anything else."""
    return File(
        PurePosixPath(path.relative_to(root).as_posix()),
        new.encode(),
        policy=Policy.EDIT,
        merge=_replacing(old.encode(), new.encode()),
    )


def _replacing(old: bytes, new: bytes) -> Callable[[bytes], bytes | None]:
    return lambda found: new if found in (old, new) else None


def _apply(
    path: Path, text: str, findings: Sequence[Finding]
) -> tuple[str, list[Finding], list[Finding]]:
    """Apply edits from the end to the beginning; one that overlaps or breaks the file is left."""
    done: list[Finding] = []
    left: list[Finding] = []
    taken: list[tuple[int, int]] = []
    edits: list[Edit] = []
    for finding in findings:
        mine = [edit for edit in finding.edits if edit.path == path]
        if all(edit in edits for edit in mine):
            done.append(finding)
            continue
        if any(_overlaps(edit, taken) for edit in mine):
            left.append(finding)
            continue
        if not _is_whole(path, text, _with(text, [*edits, *mine])):
            left.append(finding)
            continue
        edits += mine
        taken += [(edit.start, edit.end) for edit in mine]
        done.append(finding)
    return _with(text, edits), done, left


def _overlaps(edit: Edit, taken: Sequence[tuple[int, int]]) -> bool:
    return any(
        (edit.start < end and start < edit.end) or edit.start == start for start, end in taken
    )


def _with(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def _is_whole(path: Path, before: str, after: str) -> bool:
    """Say whether an edited file can still be read as what it is, and defines nothing twice."""
    try:
        if path.suffix == ".nix":
            return len(defined_twice(parse(after))) <= len(defined_twice(parse(before)))
        if path.suffix == ".json":
            json.loads(after)
        elif path.suffix == ".toml":
            tomllib.loads(after)
    except (NixSyntaxError, ValueError, RecursionError):
        return False
    return True
