"""A plan: a tree compared with the disk and with what was written last, file by file.

Nothing is written here. The target is read once, through a ``Disk``; ``scaffold.writer.apply``
checks again just before it writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from scaffold.base.errors import ConflictError, ExternalError, Problem
from scaffold.writer.disk import Disk, Kind, LocalDisk
from scaffold.writer.journal import Recovery, left_over, recover
from scaffold.writer.merging import Past, compare, missing, unedited
from scaffold.writer.steps import Decision, Step, Verb, decided
from scaffold.writer.target import check_target
from scaffold.writer.tree import File, Policy, Tree, folded

NOTHING = Past()


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

    @property
    def present(self) -> tuple[PurePosixPath, ...]:
        """The paths at which there is something when the plan is carried out."""
        return tuple(
            step.path
            for step in self.steps
            if step.verb is not Verb.DELETE
            and (step.writes or step.blocked or step.old_content is not None)
        )

    @property
    def counts(self) -> dict[Verb, int]:
        """How many files there are of each verb, in the order in which verbs are declared."""
        found = Counter(step.verb for step in self.steps)
        return {verb: found[verb] for verb in Verb if verb in found}


def make_plan(
    tree: Tree,
    target: Path,
    *,
    disk: Disk | None = None,
    past: Past = NOTHING,
    to_be_applied: bool = True,
) -> Plan:
    """Return the plan that brings ``tree`` to ``target``.

    ``past`` says what was written there last. What an earlier, killed run left is finished or
    undone first, unless a ``disk`` is given or the plan is not ``to_be_applied``: a dry run changes
    nothing. Raises ``InputError`` for an unusable target, ``ConflictError`` when another run is
    writing there, ``ExternalError`` for what cannot be read.
    """
    found = check_target(target, to_write=to_be_applied)
    recovery, unrecovered = Recovery.NOTHING, False
    if disk is None and to_be_applied:
        recovery = recover(found.path)
    elif disk is None:
        unrecovered = left_over(found.path)
    disk = disk or LocalDisk(found.path)
    files = [file for file in tree.values() if not _kept_and_absent(file, disk)]
    steps = [*(_step(file, disk, past) for file in files), *unwanted(tree, disk, past)]
    steps.sort(key=lambda step: step.path.parts)
    return Plan(found.path, tuple(steps), found.path.exists(), recovery, unrecovered)


def unwanted(tree: Tree, disk: Disk, past: Past) -> Iterator[Step]:
    """Yield a step for each file that was written before, is still there and not wanted any more.

    It is deleted when nobody edited it, else kept.
    """
    for path, blob in past.written.items():
        if path in tree:
            continue
        file = File(path, b"")
        kind, reason = _kind_and_obstacle(disk, path)
        if reason:
            reason = f"it is not wanted any more, but {reason}"
            yield Step(file, Verb.KEEP, b"", reason=reason, blocked=True)
        elif kind is not Kind.ABSENT:
            old, mode = disk.read(path)
            verb, reason = Verb.DELETE, ""
            if not unedited(old, blob):
                verb, reason = Verb.KEEP, "it is not wanted any more, but you edited it"
            yield Step(file, verb, b"", old, mode, reason)


def resolve(plan: Plan, decide: Callable[[Step], Decision]) -> Plan:
    """Return ``plan`` with every conflict decided.

    Raises ``ConflictError`` when a blocked step is to be overwritten, ``Interrupted`` on abort.
    """
    steps = tuple(
        decided(step, decide(step)) if step.verb is Verb.CONFLICT else step for step in plan.steps
    )
    settled = replace(plan, steps=steps)
    require_settled(settled)
    return settled


def decide_all(plan: Plan, decision: Decision) -> Plan:
    """Return ``plan`` with one decision for every conflict; those it does not help stay."""
    steps = tuple(
        decided(step, decision) if step.verb is Verb.CONFLICT else step for step in plan.steps
    )
    return replace(plan, steps=steps)


def restored(plan: Plan) -> Plan:
    """Return ``plan`` with the files that the user deleted written again."""

    def again(step: Step) -> Step:
        ours = step.file.policy is not Policy.KEPT
        deleted = ours and step.verb is Verb.KEEP and not step.blocked
        deleted = deleted and step.old_content is None
        return replace(step, verb=Verb.CREATE, reason="") if deleted else step

    return replace(plan, steps=tuple(map(again, plan.steps)))


def require_settled(plan: Plan) -> None:
    """Raise ``ConflictError``, naming each file and the flags that help, unless all is decided."""
    if plan.conflicts:
        raise ConflictError(*(_conflict(step) for step in plan.conflicts))


def is_written(plan: Plan) -> bool:
    """Say whether the target is as the plan wants it; one that cannot be read is not."""
    disk = LocalDisk(plan.target)

    def done(step: Step) -> bool:
        there = disk.kind(step.path) is Kind.FILE
        if step.verb is Verb.DELETE or not there:
            return step.verb is Verb.DELETE and not there
        return disk.read(step.path)[0] == step.new_content

    try:
        return all(map(done, plan.writes))
    except (ExternalError, OSError):
        return False


def unified_diff(plan: Plan) -> str:
    """Return all changes as one diff, for ``git apply`` from inside the target.

    An undecided conflict is shown as the change that overwriting it would make.
    """
    return "".join(step.diff() for step in plan.steps)


def _kept_and_absent(file: File, disk: Disk) -> bool:
    """Whether a file is the user's alone, and the user does without it."""
    return file.policy is Policy.KEPT and _kind_and_obstacle(disk, file.path)[0] is Kind.ABSENT


def _step(file: File, disk: Disk, past: Past) -> Step:
    kind, reason = _kind_and_obstacle(disk, file.path)
    if file.policy is Policy.KEPT:
        old, mode = disk.read(file.path) if kind is Kind.FILE and not reason else (None, None)
        return Step(file, Verb.KEEP, old or b"", old, mode, "it is yours alone (kept)")
    if reason:
        return Step(file, Verb.CONFLICT, file.content, reason=reason, blocked=True)
    if kind is Kind.ABSENT:
        found = missing(file, past)
        return Step(file, found.verb, found.content, reason=found.reason)
    old, mode = disk.read(file.path)
    found = compare(file, old, mode, past)
    return Step(file, found.verb, found.content, old, mode, found.reason, merged=found.merged)


def _kind_and_obstacle(disk: Disk, path: PurePosixPath) -> tuple[Kind, str]:
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


def _conflict(step: Step) -> Problem:
    remedy = "Pass --force to overwrite it, or --keep to keep it"
    if step.blocked:
        remedy = "Move it away or choose another target, or pass --keep to leave it as it is"
    elif step.old_content is None:
        remedy = "Pass --force to write it again, or --keep to leave it deleted"
    elif step.merged:
        remedy = (
            "Pass --conflict mine or theirs to decide for one side where both changed it, or "
            "--conflict markers to decide in the file"
        )
    return Problem(str(step.path), step.reason, remedy)
