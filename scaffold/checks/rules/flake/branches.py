"""Branches and tags that inputs name, or do not."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.pins import fixes_until, flake_inputs
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.flake_file import Input

#: Branches of nur-kapack that flakes name and that are deleted there.
_GONE_BRANCHES = frozenset({"oar", "regale-2211"})


def _pinned(entry: Input | None) -> bool:
    return entry is None or entry.reference is None or entry.reference.has_pin


@rule(
    "NXC102",
    "frozen-tag",
    "nixpkgs is pinned to a tag that never moves",
    severity=Severity.NOTE,
    why="The tag 25.05 is the day of the release; fixes go to the branch nixos-25.05. With a lock "
    "file both are reproducible, but only the branch gets fixes by `nix flake update`.",
    remedy="Name the branch, such as nixos-25.05",
    bad='nixpkgs.url = "github:NixOS/nixpkgs/26.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";',
)
def frozen_tag(target: Target) -> Iterator[Hit]:
    """Look for a plain number as the reference of a release that still gets fixes."""
    for file, entry in flake_inputs(target):
        reference = entry.reference
        if reference is None or not reference.is_nixpkgs:
            continue
        end = fixes_until(reference.ref)  # only a plain number is a tag
        if end is not None and end >= target.today:
            message = f"the tag {reference.ref} never moves, the branch nixos-{reference.ref} does"
            yield target.hit(file, entry.binding.start, message)


@rule(
    "NXC103",
    "nixpkgs-without-ref",
    "nixpkgs has no branch, or the unstable one",
    severity=Severity.NOTE,
    why="A library of NixOS Compose fits the releases of nixpkgs that it was made for; an input "
    "without a branch gives whatever is newest on the day that it is locked.",
    remedy="Name the branch of a release, such as nixos-25.05",
    bad='nixpkgs.url = "github:NixOS/nixpkgs";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";',
)
def nixpkgs_without_ref(target: Target) -> Iterator[Hit]:
    """Look at the reference of the input that compositions are built with."""
    entry, flake = target.project.nixpkgs, target.project.flake
    if entry is None or flake is None or entry.reference is None or entry.alias is not None:
        return
    reference = entry.reference
    if not reference.is_nixpkgs or reference.rev:
        return
    if not reference.ref:
        yield target.hit(flake.file, entry.binding.start, "nixpkgs has no branch")
    elif "unstable" in reference.ref or reference.ref == "master":
        message = f"nixpkgs follows {reference.ref}, which NixOS Compose is not made for"
        yield target.hit(flake.file, entry.binding.start, message)


def _unpinned(target: Target, entry: Input | None, what: str) -> Iterator[Hit]:
    """Yield a warning for an input without branch that nothing locks, a note for a locked one."""
    flake = target.project.flake
    if flake is None or entry is None or _pinned(entry) or entry.reference is None:
        return
    if not entry.reference.repository:
        return
    lock = target.project.lock
    locked = lock is not None and lock.fault is None and lock.input(entry.name) is not None
    severity = Severity.NOTE if locked else Severity.WARNING
    message = f"{entry.name} has no branch: {what} of the day it is locked on is taken"
    yield target.hit(flake.file, entry.binding.start, message, severity=severity)


@rule(
    "NXC104",
    "nxc-without-ref",
    "NixOS Compose has no branch",
    severity=Severity.WARNING,
    why="The default branch of NixOS Compose moves on with the newest nixpkgs. Names of shells, "
    "the password of root and what a role may be have changed on it. A lock file keeps it where "
    "it is until the next update; then, or without one, the composition meets another library.",
    remedy="Name the branch of the release, such as ?ref=25.05",
    bad='nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git";',
    good='nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05";',
)
def nxc_without_ref(target: Target) -> Iterator[Hit]:
    """Look at the reference of the library."""
    yield from _unpinned(target, target.project.nxc, "the library")


@rule(
    "NXC105",
    "kapack-without-ref",
    "kapack has no branch",
    severity=Severity.WARNING,
    why="kapack has a branch for each release, and its packages come and go with them: the newest "
    "one need not have, or may mark as broken, what a composition names.",
    remedy="Name the branch that fits nixpkgs, such as nur-kapack/25.05",
    bad='kapack.url = "github:oar-team/nur-kapack";',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";',
)
def kapack_without_ref(target: Target) -> Iterator[Hit]:
    """Look at the reference of kapack."""
    kapack = target.project.kapack
    reference = kapack.reference if kapack is not None else None
    if reference is not None and reference.repo == "nur-kapack":  # kairns' kapack has no branches
        yield from _unpinned(target, kapack, "the branch")


@rule(
    "NXC120",
    "deleted-branch",
    "an input names a branch that was deleted",
    severity=Severity.ERROR,
    why="The lock file may still name a commit of it; without one, or at the next update, the "
    "input cannot be fetched.",
    remedy="Name a branch that is there, such as 25.05",
    bad='kapack.url = "github:oar-team/nur-kapack/regale-2211";',
    good='kapack.url = "github:oar-team/nur-kapack/23.05";',
    sure="The branches of nur-kapack as they were in November 2026",
)
def deleted_branch(target: Target) -> Iterator[Hit]:
    """Compare with the branches of nur-kapack that are known to be gone."""
    for file, entry in flake_inputs(target):
        reference = entry.reference
        if reference is None or reference.repository != "github.com/oar-team/nur-kapack":
            continue
        if reference.ref in _GONE_BRANCHES:
            message = f"nur-kapack has no branch {reference.ref} any more"
            yield target.hit(file, entry.binding.start, message)
