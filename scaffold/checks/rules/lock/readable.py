"""Whether there is a lock file, and whether nix can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_MARKER = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


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
