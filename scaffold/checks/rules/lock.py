"""flake.lock: whether it is one, whether it is that of flake.nix, and what it locks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.flake_ref import REVISION, FlakeRef
from scaffold.survey.lock import Lock

_MARKER = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_OLD = timedelta(days=730)


def _lock(target: Target) -> Lock | None:
    """Return the lock file when it is one."""
    lock = target.project.lock
    return lock if lock is not None and lock.fault is None else None


@rule(
    "NXC201",
    "lock-absent",
    "flake.nix is committed without a flake.lock",
    severity=Severity.WARNING,
    why="Without a lock file every build takes the newest commit of every branch: what was "
    "committed is not what is built tomorrow. Templates and examples have none on purpose.",
    remedy="Run nix flake lock, and commit flake.lock",
)
def lock_absent(target: Target) -> Iterator[Hit]:
    """Look for the file, in a project that git has a commit of."""
    flake = target.project.flake
    parts = {word for part in target.root.parts for word in re.split(r"[-_]", part.lower())}
    if (
        flake is None
        or not flake.inputs
        or parts & {"examples", "example", "templates", "template"}
    ):
        return
    if (target.root / "flake.lock").exists() or not target.is_committed(target.root / "flake.nix"):
        return
    yield Hit(target.root / "flake.nix", 1, "there is no flake.lock")


@rule(
    "NXC202",
    "lock-invalid",
    "flake.lock is no lock file",
    severity=Severity.ERROR,
    why="Nix cannot read it, and before 2.28 does not say which file it is that it cannot read. "
    "Most often a merge left its markers in it.",
    remedy="Restore it from a commit, or remove it and run nix flake lock",
)
def lock_invalid(target: Target) -> Iterator[Hit]:
    """Read it as JSON with nodes; name the marker of a merge where there is one."""
    lock = target.project.lock
    if lock is None or lock.fault is None:
        return
    marker = _MARKER.search(lock.text)
    if marker is not None:
        line = lock.text.count("\n", 0, marker.start()) + 1
        yield Hit(lock.path, line, "a merge left its conflict markers in it")
    else:
        yield Hit(lock.path, lock.fault[0], lock.fault[1])


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
    lock, flake = _lock(target), target.project.flake
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
    "NXC204",
    "several-nixpkgs",
    "an input brings another nixpkgs",
    severity=Severity.NOTE,
    why="Each nixpkgs is fetched and evaluated. A second one is often deliberate, for a single "
    "newer package; here an input other than NixOS Compose and kapack brings it.",
    remedy="Let the input follow nixpkgs where it need not have its own",
)
def several_nixpkgs(target: Target) -> Iterator[Hit]:
    """Look for inputs of this flake, other than the two that have rules, with a nixpkgs node."""
    lock, project = _lock(target), target.project
    if lock is None or project.flake is None:
        return
    own = {entry.name for entry in (project.nxc, project.kapack, project.nixpkgs) if entry}
    for name, node in lock.inputs.items():
        entry = project.flake.inputs.get(name)
        locked = lock.nodes.get(node) if isinstance(node, str) else None
        if name in own or locked is None or entry is None or not entry.is_flake:
            continue
        if isinstance(locked.inputs.get("nixpkgs"), str):
            message = f"{name} brings a nixpkgs of its own"
            remedy = f'Add {name}.inputs.nixpkgs.follows = "nixpkgs"; if it can do with that one'
            yield target.hit(project.flake.file, entry.binding.start, message, remedy)


@rule(
    "NXC205",
    "old-pin",
    "a pin is older than two years",
    severity=Severity.NOTE,
    why="For an artefact that is the point. For a test bed it means two years without fixes.",
    remedy="Run nix flake update where newer commits are wanted",
)
def old_pin(target: Target) -> Iterator[Hit]:
    """Tell the inputs of the flake whose locked commit is that old, in one note."""
    lock = _lock(target)
    if lock is None:
        return
    old = [
        (locked.modified, name)
        for name in lock.inputs
        if (locked := lock.input(name)) is not None
        and locked.modified is not None
        and target.today - locked.modified > _OLD
    ]
    if old:
        day, name = min(old)
        others = f" and {len(old) - 1} more" if len(old) > 1 else ""
        yield Hit(lock.path, lock.line_of(name), f"{name} is of {day}{others}: over two years old")


@rule(
    "NXC206",
    "lock-local",
    "flake.lock names a folder on somebody's disk",
    severity=Severity.ERROR,
    why="Nobody else has that folder: the locked project can be built on one machine only.",
    remedy="Name a repository in flake.nix, and lock again",
)
def lock_local(target: Target) -> Iterator[Hit]:
    """Look for absolute paths among the locked nodes that flake.nix itself does not name."""
    lock, flake = _lock(target), target.project.flake
    if lock is None:
        return
    told = {
        entry.reference.path.rstrip("/")
        for entry in (flake.inputs.values() if flake is not None else ())
        if entry.reference is not None and entry.reference.is_local
    }
    for name, node in lock.nodes.items():
        reference = node.locked
        if reference is None or not reference.is_local or reference.path[:1] not in ("/", "~"):
            continue
        if reference.path.rstrip("/") not in told and not reference.path.startswith("/nix/store"):
            message = f"{name} is locked as {reference.path}: nobody else has that folder"
            yield Hit(lock.path, lock.line_of(name), message)


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
    lock, flake = _lock(target), target.project.flake
    if lock is None or flake is None or any(i.computed for i in flake.inputs.values()):
        return
    arguments = set(flake.formals.names) if flake.formals is not None else set()
    for name in sorted(set(flake.inputs) - set(lock.inputs)):
        yield Hit(lock.path, 1, f"the input {name} is not locked")
    for name in sorted(set(lock.inputs) - set(flake.inputs) - arguments):
        yield Hit(lock.path, lock.line_of(name), f"{name} is locked and is no input any more")


@rule(
    "NXC208",
    "input-needs-a-key",
    "an input is fetched with an ssh key",
    severity=Severity.NOTE,
    why="Only who has access to that host can build the project, and no CI without the key.",
    remedy="Name the public address of the repository, if there is one",
)
def input_needs_a_key(target: Target) -> Iterator[Hit]:
    """Look for ssh in the references of the flake and in those that its lock has."""
    flake, lock = target.project.flake, _lock(target)
    if flake is not None:
        for entry in flake.inputs.values():
            reference = entry.reference
            if reference is not None and reference.text.startswith(("git+ssh", "ssh://")):
                message = f"{entry.name} is fetched by ssh"
                yield target.hit(flake.file, entry.binding.start, message)
    direct = set(lock.inputs.values()) if lock is not None else set()
    for name, node in lock.nodes.items() if lock is not None else ():
        is_ssh = node.locked is not None and node.locked.text.startswith("git+ssh")
        if is_ssh and name not in direct and lock is not None:
            yield Hit(lock.path, lock.line_of(name), f"{name} is fetched by ssh")
