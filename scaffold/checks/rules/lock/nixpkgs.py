"""Inputs that bring a second nixpkgs."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.pins import readable_lock
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


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
    lock, project = readable_lock(target), target.project
    if lock is None or project.flake is None:
        return
    direct = {entry.name for entry in (project.nxc, project.kapack, project.nixpkgs) if entry}
    for name, node in lock.inputs.items():
        entry = project.flake.inputs.get(name)
        locked = lock.nodes.get(node) if isinstance(node, str) else None
        if name in direct or locked is None or entry is None or not entry.is_flake:
            continue
        if isinstance(locked.inputs.get("nixpkgs"), str):
            message = f"{name} brings a nixpkgs of its own"
            remedy = f'Add {name}.inputs.nixpkgs.follows = "nixpkgs"; if it can do with that one'
            yield target.hit(project.flake.file, entry.binding.start, message, remedy)
