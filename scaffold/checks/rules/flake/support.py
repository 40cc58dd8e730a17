"""Releases of nixpkgs without support."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.pins import fixes_until
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC101",
    "end-of-life",
    "nixpkgs gets no fixes any more",
    severity=Severity.WARNING,
    why="A release of nixpkgs gets security fixes for seven months. Afterwards its packages stay "
    "as they are, with the holes that become known. For an artefact of a paper that is wanted.",
    remedy="Move to a release that is supported, or waive the rule where the old one is wanted",
    bad='nixpkgs.url = "github:NixOS/nixpkgs/nixos-23.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";',
)
def end_of_life(target: Target) -> Iterator[Hit]:
    """Compare the release of nixpkgs with the day on which its support ended."""
    entry, release = target.project.nixpkgs, target.release
    flake = target.project.flake
    if entry is None or flake is None or release is None:
        return
    end = fixes_until(release)
    if end is not None and end < target.today:
        message = f"nixpkgs {release} has had no fixes since {end:%d %B %Y}"
        yield target.hit(flake.file, entry.binding.start, message)
