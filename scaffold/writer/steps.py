"""One file of a plan: what is on disk, what should be there, and what is done about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import PurePosixPath

from scaffold.base.errors import Interrupted, Problem
from scaffold.writer.diff import Side, file_diff
from scaffold.writer.tree import File


class Verb(Enum):
    """What happens to a file; the values are the words shown to the user."""

    CREATE = "create"
    IDENTICAL = "identical"
    UPDATE = "update"
    """Nobody edited it since it was written: the new content takes its place."""
    MERGE = "merge"
    """It was edited: the edits and what changed in the templates are put together."""
    DELETE = "delete"
    """It is not wanted any more, and nobody edited it."""
    CONFLICT = "conflict"
    APPEND = "append"
    EDIT = "edit"
    OVERWRITE = "overwrite"
    KEEP = "keep"


#: The steps with these verbs change the disk.
WRITING = frozenset(
    [
        Verb.CREATE,
        Verb.UPDATE,
        Verb.MERGE,
        Verb.DELETE,
        Verb.APPEND,
        Verb.EDIT,
        Verb.OVERWRITE,
    ]
)


class Decision(Enum):
    """What the user wants done about a conflict.

    The first two are about the whole file. The others are about the places that both sides changed,
    and merge everything else; where nothing is known to merge with, ``MINE`` and ``THEIRS`` are
    about the whole file too.
    """

    OVERWRITE = "overwrite"
    KEEP = "keep"
    MINE = "mine"
    THEIRS = "theirs"
    MARKERS = "markers"
    ABORT = "abort"


@dataclass(frozen=True)
class Step:
    """One file of a plan.

    ``old_content`` and ``old_mode`` are None when nothing readable is there. ``reason`` says why a
    conflict is one, or why a file is kept; a ``blocked`` one cannot be written (a symlink, a folder
    in the way). ``merged`` holds what each ``Decision`` that merges makes of a conflict.
    """

    file: File
    verb: Verb
    new_content: bytes
    old_content: bytes | None = None
    old_mode: int | None = None
    reason: str = ""
    blocked: bool = False
    merged: Mapping[Decision, bytes] = field(default_factory=dict)

    @property
    def path(self) -> PurePosixPath:
        """The path, relative to the target."""
        return self.file.path

    @property
    def writes(self) -> bool:
        """Whether applying the step changes the disk."""
        return self.verb in WRITING

    @property
    def mode(self) -> int:
        """The permission bits afterwards: those of the old file, execute bits as asked."""
        asked, old = self.file.mode, self.old_mode
        if old is None or asked == 0o600:
            return asked
        if self.verb in (Verb.APPEND, Verb.EDIT, Verb.MERGE):
            return old & 0o777
        runnable = (old & 0o444) >> 2 if asked == 0o755 else 0
        if self.verb is Verb.UPDATE:  # the mode is the user's: whoever made it executable meant it
            return old & 0o777 | runnable
        return old & 0o666 | runnable

    def diff(self) -> str:
        """Return the change as a unified diff; for a conflict, what overwriting would change."""
        if self.blocked or not (self.writes or self.verb is Verb.CONFLICT):
            return ""
        old = None
        if self.old_content is not None:
            old = Side(self.old_content, bool((self.old_mode or 0) & 0o100))
        if self.verb is Verb.DELETE:
            return file_diff(self.path, old, None)
        return file_diff(self.path, old, Side(self.new_content, bool(self.mode & 0o100)))


def decided(step: Step, decision: Decision) -> Step:
    """Return a conflict with a decision carried out; what is blocked stays one unless it is kept.

    Raises:
        Interrupted: the decision is to abort.

    """
    if decision is Decision.ABORT:
        why = "you left; nothing was written"
        raise Interrupted(Problem(str(step.path), why, "Run the command again to go on"))
    if decision is Decision.KEEP or (decision is Decision.MINE and decision not in step.merged):
        return replace(step, verb=Verb.KEEP)
    if step.blocked:
        return step
    if step.old_content is None:
        return replace(step, verb=Verb.CREATE)
    if decision in step.merged:
        content = step.merged[decision]
        if content == step.old_content:
            return replace(step, verb=Verb.KEEP)
        reason = "has conflict markers" if decision is Decision.MARKERS else step.reason
        return replace(step, verb=Verb.MERGE, new_content=content, reason=reason)
    return step if decision is Decision.MARKERS else replace(step, verb=Verb.OVERWRITE)
