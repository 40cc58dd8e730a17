"""The written record: which content the tool wrote to each file last, kept in the answers file.

It is a table ``[written]`` of paths and git blob ids. The ids are of what was rendered, not of what
a merge made of it: they are the base of the next merge, which must know the user's edits as edits.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang import quote
from scaffold.writer.merging import blob_id
from scaffold.writer.tree import Policy, Tree, path_fault

KEY = "written"
HEAD = "# What was written last (git blob ids): your edits are found by it, and kept."
#: The comments that the tool writes, also those of earlier versions.
_OWN = (
    rf"^(?:{re.escape(HEAD)}|# Answers given to nxc-scaffold"
    r"(?:\..*?\.nxc-scaffold\.toml|, for `nxc-scaffold change`\.))(?!\S)"
)
#: Tables that the user writes and the tool only reads: the rules of ``nxc-scaffold check``.
USERS = ("check",)
_HEAD_OF_TABLE = r"\s*\[+\s*[\"']?([\w-]+)"
_BLOB = r"[0-9a-f]{40}"
#: What comes before a comment: neither a mark nor a quote, or a string on one line.
_COMMENT = r"""(?:[^#"']|"(?:[^"\\]|\\.)*"|'[^']*')*(#[^\x00-\x08\x0a-\x1f\x7f]*)\r?"""


def read(table: object, where: str) -> dict[PurePosixPath, str]:
    """Return the record that an answers file holds; ``where`` names the file in messages.

    Raises:
        InputError: it is not of its form.

    """
    if not isinstance(table, Mapping):
        what = f"{KEY} is not a table of files"
        raise InputError(
            Problem(where, what, f"Remove {KEY}: files that differ are then asked for")
        )
    problems = [
        Problem(f"{where}: {KEY}.{path}", fault, "Remove the line")
        for path, blob in table.items()
        if (fault := _fault(str(path), blob))
    ]
    if problems:
        raise InputError(*problems)
    return {PurePosixPath(path): str(blob) for path, blob in table.items()}


def recorded(tree: Tree, state: PurePosixPath, kept: Mapping[PurePosixPath, str]) -> Tree:
    """Return the tree with the record of its files in the answers file ``state``.

    ``kept`` are the ids of files that are not wanted any more and stay because they were edited:
    should they be wanted again, their edits can be merged. Comments that the user wrote into the
    answers file stay, and so do the tables of :data:`USERS`.
    """
    ours = (file for file in tree.values() if file.merge is None and file.policy is not Policy.KEPT)
    ids = {file.path: blob_id(file.content) for file in ours}
    table = {str(path): blob for path, blob in sorted({**kept, **ids}.items())}
    file = tree[state]
    text = file.content.decode().rstrip("\n")
    content = f"{text}\n\n{HEAD}\n{quote.toml_document({KEY: table})}".encode()
    known = file.merge

    def merge(old: bytes) -> bytes | None:
        ours = known is None or known(old) is not None
        if not ours:
            return None
        rest, tables = without_users_tables(old)
        return with_comments(rest, content) + tables

    return Tree([*(f for f in tree.values() if f.path != state),
                 replace(file, content=content, merge=merge)])  # fmt: skip


def without_users_tables(old: bytes) -> tuple[bytes, bytes]:
    """Return an answers file without the tables that are the user's alone, and these.

    The text of a table, with the comments above it, is kept as it is, behind an empty line. One
    that is spelt without a head (``check.ignore = […]``) is written anew as a table.
    """
    rest: list[str] = []
    tables: list[str] = []
    here = rest
    for line in old.decode(errors="replace").splitlines(keepends=True):
        head = re.match(_HEAD_OF_TABLE, line)
        if head is not None and head[1] not in USERS:
            here = rest
        elif head is not None and here is rest:
            here = tables
            above = len(rest)
            while above and rest[above - 1].lstrip().startswith("#"):
                above -= 1
            tables += rest[above:]
            del rest[above:]
        here.append(line)
    text = ("".join(tables) or _spelt_otherwise(old)).strip("\n")
    return "".join(rest).encode(), f"\n{text}\n".encode() if text else b""


def _spelt_otherwise(old: bytes) -> str:
    try:
        data = tomllib.loads(old.decode())
    except ValueError:
        return ""
    tables = {key: data[key] for key in USERS if isinstance(data.get(key), dict)}
    return quote.toml_document(tables) if tables else ""


def with_comments(old: bytes, new: bytes) -> bytes:
    """Return ``new``, an answers file, with the comments that the user wrote into ``old``.

    Each comes before the line that it came before, if that key is still there, else to the top.
    """
    lines = new.decode().removesuffix("\n").split("\n")
    known = {line.strip() for line in lines}
    places = {place: number for number, (place, _) in enumerate(_placed(lines)) if place[1]}
    insert: dict[int, list[str]] = {}
    waiting: list[str] = []
    for place, line in _placed(old.decode(errors="replace").split("\n")):
        if (comment := _users_part(_comment(line))) and comment not in known:
            waiting.append(comment)
        if place[1] and waiting:
            insert.setdefault(places.get(place, 1), []).extend(waiting)
            waiting = []
    if waiting:
        insert.setdefault(1, []).extend(waiting)
    found: list[str] = []
    for number, line in enumerate(lines):
        found += [*insert.get(number, ()), line]
    return ("\n".join(found) + "\n").encode()


def _placed(lines: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each line with its place: the table and the key (or the table's own head) it is."""
    table = ""
    for line in lines:
        text = line.strip()
        key = ""
        if text.startswith("["):
            table = text.partition("#")[0].strip()
            key = table
        elif "=" in text and not text.startswith("#"):
            key = text.partition("=")[0].strip()
        yield (table, key), line


def _comment(line: str) -> str:
    """Return the comment in a line of TOML, with its mark; empty when there is none."""
    found = re.fullmatch(_COMMENT, line)
    return found[1].rstrip() if found else ""


def _users_part(comment: str) -> str:
    """Return what a comment says beyond what the tool itself writes into an answers file."""
    rest = re.sub(_OWN, "", comment).strip()
    return rest if not rest or rest.startswith("#") else f"# {rest}"


def _fault(path: str, blob: object) -> str | None:
    if fault := path_fault(PurePosixPath(path)):
        return f"the path {fault}"
    if not isinstance(blob, str) or not re.fullmatch(_BLOB, blob):
        return "is not a git blob id, 40 hexadecimal digits"
    return None
