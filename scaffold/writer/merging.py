"""Comparing what was written to a file last, what is there now and what is to come. Pure.

What was written last is known by its git blob id, which the answers file records, so that a file
that nobody edited is recognised without its old content. The content itself, the base of a
three-way merge, is looked up by whoever makes the plan, and only when it is needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from scaffold.writer.steps import Decision, Verb
from scaffold.writer.tree import File, Policy, append_missing_lines

#: Whose lines count in the places that both sides changed; empty: neither, conflict markers.
Favour = Literal["", "ours", "theirs"]


@dataclass(frozen=True)
class Merged:
    """The result of a three-way merge; one that is not ``clean`` has conflict markers."""

    content: bytes
    clean: bool


#: Merges the disk's version and the new one over their base; None when that cannot be done.
Merge = Callable[[bytes, bytes, bytes, Favour], Merged | None]
#: Returns the content that was written to a path and has a blob id; None when nobody knows it.
Lookup = Callable[[PurePosixPath, str], bytes | None]


@dataclass(frozen=True)
class Past:
    """What the tool wrote last: each file's blob id, how to get at its content, how to merge."""

    written: Mapping[PurePosixPath, str] = field(default_factory=dict)
    content: Lookup = lambda _path, _blob: None
    merge: Merge = lambda _base, _mine, _theirs, _favour: None


@dataclass(frozen=True)
class Outcome:
    """What comparing a file says; the fields are those of ``Step``."""

    verb: Verb
    content: bytes
    reason: str = ""
    merged: Mapping[Decision, bytes] = field(default_factory=dict)


def blob_id(content: bytes) -> str:
    """Return the id that git gives to a file with this content (``git hash-object``)."""
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def unedited(content: bytes, blob: str) -> bool:
    """Whether a content is what was written as ``blob``, but for its line ends."""
    return blob_id(content) == blob or blob_id(_lf(content)) == blob


def compare(file: File, old: bytes, mode: int, past: Past) -> Outcome:
    """Return what to do about a file that is there with the content ``old``."""
    blob = past.written.get(file.path)
    if file.merge is not None:
        return _of_its_own(file, old)
    if blob is None or file.mode == 0o600:
        found = _without_base(file, old)
        return _with_mode(file, old, mode, found) if found.verb is Verb.IDENTICAL else found
    if _lf(old) == _lf(file.content):
        return Outcome(Verb.IDENTICAL, old)
    if unedited(old, blob):
        return Outcome(Verb.UPDATE, _ends_like(old, file.content))
    if blob_id(file.content) == blob:
        return Outcome(Verb.KEEP, old, "you edited it, and this run does not change it")
    found = _merged(file, old, blob, past)
    if found.verb is Verb.CONFLICT and file.policy is Policy.APPEND_LINES:
        return _without_base(file, old)
    return found


def missing(file: File, past: Past) -> Outcome:
    """Return what to do about a file that is not there: was it written before, somebody removed it.

    Removing a file is an edit like any other.
    """
    blob = past.written.get(file.path)
    if blob is None:
        return Outcome(Verb.CREATE, file.content)
    if blob_id(file.content) == blob:
        return Outcome(Verb.KEEP, file.content, "you deleted it, and this run does not change it")
    return Outcome(Verb.CONFLICT, file.content, "you deleted it, and it would change")


def _of_its_own(file: File, old: bytes) -> Outcome:
    """A file that brings its own way to deal with an older one."""
    found = file.merge(old) if file.merge else None
    if found is None:
        return Outcome(Verb.CONFLICT, file.content, "it was not written by nxc-scaffold")
    known = Verb.EDIT if file.policy is Policy.EDIT else Verb.UPDATE
    return Outcome(Verb.IDENTICAL if found == old else known, found)


def _without_base(file: File, old: bytes) -> Outcome:
    if file.policy is Policy.APPEND_LINES:
        content = append_missing_lines(old, file.content)
        return Outcome(Verb.IDENTICAL if content == old else Verb.APPEND, content)
    if _lf(old) == _lf(file.content):
        return Outcome(Verb.IDENTICAL, old)
    return Outcome(Verb.CONFLICT, file.content, "its content differs")


def _with_mode(file: File, old: bytes, mode: int, found: Outcome) -> Outcome:
    """What the tool did not write must have the mode that it is used with."""
    if file.mode == 0o755 and not mode & 0o100:
        return Outcome(Verb.CONFLICT, old, "it is not executable")
    if file.mode == 0o600 and mode & 0o077:
        return Outcome(Verb.CONFLICT, old, "others than its owner have access to it")
    return found


def _merged(file: File, old: bytes, blob: str, past: Past) -> Outcome:
    """Merge an edited file, whose line ends are then those that it had."""
    base = past.content(file.path, blob)
    if base is None:
        reason = "you edited it, and what was written before is not known any more"
        return Outcome(Verb.CONFLICT, file.content, reason)
    uniform = old.count(b"\r\n") in (0, old.count(b"\n"))  # else some of the ends are edits
    mine = _lf(old) if uniform else old

    def merge(favour: Favour) -> Merged | None:
        found = past.merge(base, mine, file.content, favour)
        return found and Merged(_ends_like(old, found.content) if uniform else found.content,
                                found.clean)  # fmt: skip

    found = merge("")
    if found is None:
        reason = "you edited it, and it cannot be merged: git is missing, or it is no text"
        return Outcome(Verb.CONFLICT, file.content, reason)
    if found.clean:
        if found.content == old:
            return Outcome(Verb.KEEP, old, "you made the same change already")
        if not _reads(file.path, old) or _reads(file.path, found.content):
            return Outcome(Verb.MERGE, found.content)
        reason = "with your edits and what is new the file cannot be read"
        return Outcome(Verb.CONFLICT, file.content, reason)
    both = {Decision.MARKERS: found.content, **dict(_decisions(merge))}
    reason = "you and the templates changed the same lines"
    return Outcome(Verb.CONFLICT, file.content, reason, both)


def _decisions(merge: Callable[[Favour], Merged | None]) -> Iterator[tuple[Decision, bytes]]:
    favours: dict[Decision, Favour] = {Decision.MINE: "ours", Decision.THEIRS: "theirs"}
    for decision, favour in favours.items():
        if (found := merge(favour)) is not None:
            yield decision, found.content


def _reads(path: PurePosixPath, content: bytes) -> bool:
    """Whether a file of a language that is known here can be parsed; others always can."""
    import ast  # parsers are loaded where edits are merged, which a new project has none of
    import json
    import tomllib

    from scaffold.nixlang.parser import NixSyntaxError, parse

    try:
        text = content.decode()
        match path.suffix:
            case ".nix":
                parse(text)
            case ".py":
                ast.parse(text)
            case ".toml":
                tomllib.loads(text)
            case ".json" | ".lock":
                json.loads(text)
    except (ValueError, SyntaxError, RecursionError, NixSyntaxError):
        return False
    return True


def _lf(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _ends_like(old: bytes, new: bytes) -> bytes:
    """Return ``new`` with CRLF line ends when every line of ``old`` has them."""
    if b"\r\n" in old and old.count(b"\r\n") == old.count(b"\n"):
        return _lf(new).replace(b"\n", b"\r\n")
    return new
