"""A NixOS Compose that is newer than its nixpkgs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target, release_of


@rule(
    "NXC123",
    "nxc-newer-than-nixpkgs",
    "NixOS Compose is too new for nixpkgs",
    severity=Severity.WARNING,
    why="NixOS Compose 0.7.11 sets boot.initrd.network.udhcpc.enable, which came with NixOS 23.11, "
    "in every flavour that boots: with an older nixpkgs it does not evaluate.",
    remedy="Pin NixOS Compose to the branch of nixpkgs' release",
    bad='nixpkgs.url = "github:NixOS/nixpkgs/22.05";\nnxc.url = "…/nixos-compose.git?ref=25.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/22.05";\nnxc.url = "…/nixos-compose.git?ref=22.05";',
    since="NixOS Compose 0.7.11",
    sure="Read in the library, not seen to fail",
)
def nxc_newer_than_nixpkgs(target: Target) -> Iterator[Hit]:
    """Compare the branch of the library, or its default branch, with the release."""
    entry, flake, release = target.project.nxc, target.project.flake, target.release
    if entry is None or flake is None or release is None or release > "23.05":
        return
    reference = entry.reference
    if reference is None or reference.rev:
        return
    is_new = target.nxc_since(date(2026, 4, 1))
    if is_new and (target.nxc_locked is not None or release_of(reference.ref) in (None, "25.05")):
        message = f"NixOS Compose {reference.ref or 'of the default branch'} needs nixpkgs 23.11"
        yield target.hit(flake.file, entry.binding.start, message)
