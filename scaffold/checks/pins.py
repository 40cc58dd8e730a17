"""What is known of pins: until when a release gets fixes, and who brings a second nixpkgs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scaffold.checks.target import Target, nixpkgs_ends
from scaffold.survey.flake_file import Input
from scaffold.survey.lock import Lock
from scaffold.survey.nix_file import NixFile

#: The newest commit of NixOS Compose that the tables of the rules were made from.
_LAST_SEEN = date(2026, 7, 31)
#: From then on NixOS Compose has no flavour nixos-test.
NIXOS_TEST_REMOVED = date(2022, 12, 1)


def fixes_until(release: str) -> date | None:
    """Return the last day with fixes of a release such as ``25.05``, None for anything else."""
    return nixpkgs_ends().get(release)


def is_newest_nxc(target: Target) -> bool:
    """Say whether the locked NixOS Compose is newer than any that the rules know."""
    return target.nxc_locked is not None and target.nxc_locked > _LAST_SEEN


def second_nixpkgs(target: Target, entry: Input) -> bool:
    """Say whether an input has a nixpkgs of its own: as locked, or as it is without a lock file."""
    lock = target.project.lock
    if lock is None or lock.fault is not None:
        return True
    locked = lock.input(entry.name)
    if locked is None:
        return False
    return isinstance(locked.inputs.get("nixpkgs"), str)


def flake_inputs(target: Target) -> Iterator[tuple[NixFile, Input]]:
    """Yield each input of the project's flake, with the file."""
    flake = target.project.flake
    if flake is not None:
        yield from ((flake.file, entry) for entry in flake.inputs.values())


def readable_lock(target: Target) -> Lock | None:
    """Return the lock file of the project when there is one and it can be read."""
    lock = target.project.lock
    return lock if lock is not None and lock.fault is None else None
