"""Pins that are old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scaffold.checks.pins import readable_lock
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_OLD = timedelta(days=730)


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
    lock = readable_lock(target)
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
