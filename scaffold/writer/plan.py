"""A plan: a tree compared with the disk, file by file. Nothing is written here.

The target is read once, through a ``Disk``; ``scaffold.writer.apply`` checks again just before it
writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path, PurePosixPath

from scaffold.base.errors import ConflictError, Interrupted, Problem
from scaffold.writer.diff import Side, file_diff
from scaffold.writer.disk import Disk, Kind, LocalDisk
from scaffold.writer.journal import Recovery, left_over, recover
from scaffold.writer.target import check_target
from scaffold.writer.tree import File, Policy, Tree, append_missing_lines, folded


class Verb(Enum):
    """What happens to a file; the values are the words shown to the user."""

    CREATE = "create"
    IDENTICAL = "identical"
    CONFLICT = "conflict"
    APPEND = "append"
    EDIT = "edit"
    OVERWRITE = "overwrite"
    KEEP = "keep"


class Decision(Enum):
    """What the user wants done about a conflict."""

    OVERWRITE = "overwrite"
    KEEP = "keep"
    ABORT = "abort"


@dataclass(frozen=True)
class Step:
    """One file of a plan.

    ``old_content`` and ``old_mode`` are None when nothing readable is there. ``reason`` says why a
    conflict is one; a ``blocked`` one cannot be overwritten (a symlink, a folder in the way).
    """

    file: File
    verb: Verb
    new_content: bytes
    old_content: bytes | None = None
    old_mode: int | None = None
    reason: str = ""
    blocked: bool = False

    @property
    def path(self) -> PurePosixPath:
        """The path, relative to the target."""
        return self.file.path

    @property
    def writes(self) -> bool:
        """Whether applying the step changes the disk."""
        return self.verb in (Verb.CREATE, Verb.APPEND, Verb.EDIT, Verb.OVERWRITE)

    @property
    def mode(self) -> int:
        """The permission bits afterwards: those of the old file, execute bits as asked."""
        asked, old = self.file.mode, self.old_mode
        if old is None or asked == 0o600:
            return asked
        if self.verb in (Verb.APPEND, Verb.EDIT):
            return old & 0o777
        runnable = (old & 0o444) >> 2 if asked == 0o755 else 0
        return old & 0o666 | runnable

    def diff(self) -> str:
        """Return the change as a unified diff; for a conflict, what overwriting would change."""
        if self.blocked or not (self.writes or self.verb is Verb.CONFLICT):
            return ""
        old = None
        if self.old_content is not None:
            old = Side(self.old_content, bool((self.old_mode or 0) & 0o100))
        return file_diff(self.path, old, Side(self.new_content, bool(self.mode & 0o100)))


@dataclass(frozen=True)
class Plan:
    """What ``apply`` would do to ``target``, an absolute path without symlinks.

    ``recovery`` says what had to be done first about an earlier run that was killed, and
    ``unrecovered`` that something was left as it is, because this plan is only to be shown.
    """

    target: Path
    steps: tuple[Step, ...]
    existed: bool = False
    recovery: Recovery = Recovery.NOTHING
    unrecovered: bool = False

    @property
    def conflicts(self) -> tuple[Step, ...]:
        """The steps nobody has decided on."""
        return tuple(step for step in self.steps if step.verb is Verb.CONFLICT)

    @property
    def writes(self) -> tuple[Step, ...]:
        """The steps that change the disk."""
        return tuple(step for step in self.steps if step.writes)


def make_plan(
    tree: Tree, target: Path, *, disk: Disk | None = None, to_be_applied: bool = True
) -> Plan:
    """Return the plan that brings ``tree`` to ``target``.

    What an earlier, killed run left is finished or undone first, unless a ``disk`` is given or the
    plan is not ``to_be_applied``: a dry run changes nothing.
    Raises ``InputError`` for an unusable target, ``ConflictError`` when another run is writing
    there, ``ExternalError`` for what cannot be read.
    """
    found = check_target(target)
    recovery, unrecovered = Recovery.NOTHING, False
    if disk is None and to_be_applied:
        recovery = recover(found.path)
    elif disk is None:
        unrecovered = left_over(found.path)
    disk = disk or LocalDisk(found.path)
    steps = tuple(_step(file, disk) for file in tree.values())
    return Plan(found.path, steps, found.path.exists(), recovery, unrecovered)


def resolve(plan: Plan, decide: Callable[[Step], Decision]) -> Plan:
    """Return ``plan`` with every conflict decided.

    Raises ``ConflictError`` when a blocked step is to be overwritten, ``Interrupted`` on abort.
    """
    steps = tuple(_decided(step, decide) for step in plan.steps)
    decided = replace(plan, steps=steps)
    require_settled(decided)
    return decided


def require_settled(plan: Plan) -> None:
    """Raise ``ConflictError``, naming each file and the flags that help, unless all is decided."""
    if plan.conflicts:
        raise ConflictError(*(_conflict(step) for step in plan.conflicts))


def unified_diff(plan: Plan) -> str:
    """Return all changes as one diff, for ``git apply`` from inside the target.

    An undecided conflict is shown as the change that overwriting it would make.
    """
    return "".join(step.diff() for step in plan.steps)


def _step(file: File, disk: Disk) -> Step:
    kind, reason = _look(disk, file.path)
    if reason:
        return Step(file, Verb.CONFLICT, file.content, reason=reason, blocked=True)
    if kind is Kind.ABSENT:
        return Step(file, Verb.CREATE, file.content)
    old, mode = disk.read(file.path)
    verb, new, reason = _compare(file, old, mode)
    return Step(file, verb, new, old, mode, reason)


def _look(disk: Disk, path: PurePosixPath) -> tuple[Kind, str]:
    """Return what is at ``path`` and why nothing may be written there (empty: it may)."""
    kind = Kind.FOLDER
    for here in _from_the_top(path):
        wanted = Kind.FILE if here == path else Kind.FOLDER
        kind = disk.kind(here)
        if kind is Kind.ABSENT:
            break
        if kind is Kind.SYMLINK:
            return kind, f"{here} is a symlink, and symlinks are not written through"
        if kind is not wanted:
            return kind, f"{here} is a {kind.value}, not a {wanted.value}"
        if other := _other_spelling(disk, here):
            return kind, f"{here} and {other} are one name on this file system"
    return kind, ""


def _from_the_top(path: PurePosixPath) -> Iterator[PurePosixPath]:
    yield from [*reversed(path.parents)][1:]
    yield path


def _other_spelling(disk: Disk, path: PurePosixPath) -> str | None:
    """Return how ``path``, which is there, is really spelt when that differs.

    Only a case-insensitive or normalising file system finds a name that it does not list.
    """
    names = disk.names(path.parent)
    if path.name in names:
        return None
    return next((name for name in names if folded(name) == folded(path.name)), None)


def _compare(file: File, old: bytes, mode: int) -> tuple[Verb, bytes, str]:
    verb, new = Verb.CONFLICT, file.content
    reason = "its content differs"
    if file.policy is Policy.APPEND_LINES:
        verb, new = Verb.APPEND, append_missing_lines(old, file.content)
    elif file.merge is not None:
        merged = file.merge(old)
        known = Verb.EDIT if file.policy is Policy.EDIT else Verb.OVERWRITE
        verb, new = (verb, new) if merged is None else (known, merged)
        reason = "it was not written by nxc-scaffold"
    if new != old:
        return verb, new, reason if verb is Verb.CONFLICT else ""
    if file.mode == 0o755 and not mode & 0o100:
        return Verb.CONFLICT, new, "it is not executable"
    if file.mode == 0o600 and mode & 0o077:
        return Verb.CONFLICT, new, "others than its owner have access to it"
    return Verb.IDENTICAL, new, ""


def _decided(step: Step, decide: Callable[[Step], Decision]) -> Step:
    if step.verb is not Verb.CONFLICT:
        return step
    decision = decide(step)
    if decision is Decision.ABORT:
        why = "you left; nothing was written"
        raise Interrupted(Problem(str(step.path), why, "Run the command again to go on"))
    if decision is Decision.KEEP:
        return replace(step, verb=Verb.KEEP)
    return step if step.blocked else replace(step, verb=Verb.OVERWRITE)


def _conflict(step: Step) -> Problem:
    remedy = "Pass --force to overwrite it, or --keep to keep it"
    if step.blocked:
        remedy = "Move it away or choose another target, or pass --keep to leave it as it is"
    return Problem(str(step.path), step.reason, remedy)
