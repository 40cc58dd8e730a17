"""What is locked against what flake.nix says."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.pins import readable_lock
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.flake_ref import REVISION, FlakeRef


@rule(
    "NXC203",
    "lock-differs",
    "what is locked is not what flake.nix says",
    severity=Severity.WARNING,
    why="The file was edited after it was locked. Nix locks the input anew at the next command, "
    "without asking: the commit that was tested is lost.",
    remedy="Run nix flake lock, and commit flake.lock together with flake.nix",
)
def lock_differs(target: Target) -> Iterator[Hit]:
    """Compare repository, branch and commit of every input with what was locked for it."""
    lock, flake = readable_lock(target), target.project.flake
    if lock is None or flake is None:
        return
    for name, entry in flake.inputs.items():
        locked, wanted = lock.input(name), entry.reference
        if locked is None or locked.original is None or wanted is None or entry.attributes:
            continue
        if locked.original.kind == "indirect" or wanted.kind == "indirect":
            continue
        if not _same(wanted, locked.original):
            message = f"{name} is {wanted.text} here and was locked as {locked.original.text}"
            yield target.hit(flake.file, entry.binding.start, message)


def _same(one: FlakeRef, other: FlakeRef) -> bool:
    """Say whether two references mean the same, however they are spelt."""
    if not one.repository or not other.repository:
        if one.kind == "path" and not one.path.startswith(("/", "~")):
            return True  # inside the repository: locked by its place in the store
        if one.kind == other.kind == "path" or one.is_local or other.is_local:
            return one.path.rstrip("/") == other.path.rstrip("/")
        return True  # an archive, or a kind that is not compared
    return one.repository == other.repository and _commit(one) == _commit(other)


def _commit(reference: FlakeRef) -> str:
    ref = reference.rev or reference.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    return ref.lower() if REVISION.fullmatch(ref) else ref


@rule(
    "NXC207",
    "lock-other-inputs",
    "flake.nix and flake.lock do not have the same inputs",
    severity=Severity.NOTE,
    why="Nix locks what is missing, and drops what is left over, at the next command.",
    remedy="Run nix flake lock, and commit flake.lock",
)
def lock_other_inputs(target: Target) -> Iterator[Hit]:
    """Compare the names of the inputs; those of outputs' arguments alone count as inputs."""
    lock, flake = readable_lock(target), target.project.flake
    if lock is None or flake is None or any(i.computed for i in flake.inputs.values()):
        return
    arguments = set(flake.formals.names) if flake.formals is not None else set()
    for name in sorted(set(flake.inputs) - set(lock.inputs)):
        yield Hit(lock.path, 1, f"the input {name} is not locked")
    for name in sorted(set(lock.inputs) - set(flake.inputs) - arguments):
        yield Hit(lock.path, lock.line_of(name), f"{name} is locked and is no input any more")
