"""Compositions that cannot be called, and those without roles."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC401",
    "composition-fails",
    "a composition cannot be called",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="NixOS Compose calls it with pkgs, lib, system, modulesPath, helpers, flavour, setup and "
    "nur; a function without `...` takes no others than it names.",
    remedy="Mend the place it names",
    bad="{ pkgs }: { roles = { }; }",
    good="{ pkgs, ... }: { roles = { }; }",
    sure="Only failures that no stand-in can cause are told",
    repeats=("NXC001", "NXC003", "NXC010", "NXC011"),
)
def composition_fails(target: Target) -> Iterator[Hit]:
    """Call every composition with stand-ins."""
    for called in target.called:
        for name, failure in called.failures.items():
            if not failure.is_defect:
                continue
            path = target.file_of(name, called)
            if failure.file is not None:
                yield Hit(target.root / failure.file, failure.line, failure.message)
            else:
                yield Hit(path, None, failure.message)


@rule(
    "NXC410",
    "no-roles",
    "a composition has no roles",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="There is nothing to build.",
    remedy="Add roles = { … };",
    bad='{ pkgs, ... }: { testScript = ""; }',
    good="{ pkgs, ... }: { roles.server = { ... }: { }; }",
)
def no_roles(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for path, view in target.views():
        if not {"roles", "nodes"} & set(view.keys):
            yield Hit(path, None, "the composition has no roles")
