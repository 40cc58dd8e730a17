"""Addresses of inputs that others cannot fetch."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.pins import flake_inputs
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.flake_ref import FORGES, PARAMETERS


@rule(
    "NXC108",
    "local-input",
    "an input lies on somebody's disk",
    severity=Severity.ERROR,
    why="Nobody else has that folder: the project can be built on one machine only.",
    remedy="Name the repository that others can fetch",
    bad='kapack.url = "path:/home/me/nur-kapack";',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";',
)
def local_input(target: Target) -> Iterator[Hit]:
    """Look for absolute paths; a path inside the project is fine."""
    for file, entry in flake_inputs(target):
        reference = entry.reference
        if reference is not None and reference.is_local and reference.path[:1] in ("/", "~"):
            message = f"{entry.name} is {reference.text}: nobody else has that folder"
            yield target.hit(file, entry.binding.start, message)


@rule(
    "NXC109",
    "unknown-parameter",
    "a flake reference has a parameter that Nix does not know",
    severity=Severity.WARNING,
    why="Depending on its version, Nix refuses an unknown parameter or ignores it without a word; "
    "then the default branch is taken in the place of the one that was meant.",
    remedy="Use ?ref= for a branch or a tag, and ?rev= for a commit",
    bad='nixpkgs.url = "github:NixOS/nixpkgs?tag=25.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/25.05";',
)
def unknown_parameter(target: Target) -> Iterator[Hit]:
    """Compare the parameters with those that Nix reads for the kind of reference."""
    for file, entry in flake_inputs(target):
        reference = entry.reference
        if reference is None:
            continue
        family = "forge" if reference.kind in FORGES else reference.kind
        for name in reference.parameters if family in PARAMETERS else ():
            if name not in PARAMETERS[family]:
                message = f"{entry.name}: Nix knows no parameter {name} of {reference.kind}"
                yield target.hit(file, entry.binding.start, message)
