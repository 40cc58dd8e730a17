"""The stage 1 of systemd, which the flavours of NixOS Compose cannot boot."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC121",
    "systemd-stage-1",
    "stage 1 of NixOS 26.05 does not boot the flavours that start from a ramdisk",
    severity=Severity.ERROR,
    why="NixOS 26.05 starts with systemd in stage 1, for which NixOS Compose has no scripts yet: "
    "vm, vm-ramdisk and the flavours of Grid'5000 fail an assertion. docker and nspawn do not.",
    remedy="Add ({ lib, ... }: { boot.initrd.systemd.enable = lib.mkForce false; }) to "
    "extraConfigurations",
    bad="extraConfigurations = [ ];",
    good="extraConfigurations = [\n"
    "  ({ lib, ... }: { boot.initrd.systemd.enable = lib.mkForce false; })\n];",
    since="nixpkgs 26.05, NixOS Compose up to 0.7.11",
)
def systemd_stage_1(target: Target) -> Iterator[Hit]:
    """Look for the option in the project's text, when the release has systemd in stage 1."""
    if not target.release_at_least("26.05"):
        return
    if any("initrd.systemd" in file.text for file in target.nix_files):
        return
    for call in target.project.calls:
        hit = [f for f in call.flavours or () if f not in ("docker", "nspawn")]
        if hit and call.flavours is not None:
            message = f"{', '.join(hit)}: stage 1 of NixOS {target.release} is systemd"
            yield target.hit(call.file, call.node, message)
