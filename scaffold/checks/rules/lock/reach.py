"""Locked sources that others cannot fetch."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.pins import readable_lock
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


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
    lock, flake = readable_lock(target), target.project.flake
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
    "NXC208",
    "input-needs-a-key",
    "an input is fetched with an ssh key",
    severity=Severity.NOTE,
    why="Only who has access to that host can build the project, and no CI without the key.",
    remedy="Name the public address of the repository, if there is one",
)
def input_needs_a_key(target: Target) -> Iterator[Hit]:
    """Look for ssh in the references of the flake and in those that its lock has."""
    flake, lock = target.project.flake, readable_lock(target)
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
