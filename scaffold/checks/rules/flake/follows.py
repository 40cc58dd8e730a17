"""Inputs that should follow nixpkgs, and those that follow nothing."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.base.values import did_you_mean
from scaffold.checks.pins import second_nixpkgs
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.flake_file import Input
from scaffold.survey.nix_file import NixFile


def _lacks_follows(target: Target, entry: Input | None) -> Iterator[Hit]:
    """Yield a finding for an input with a nixpkgs of its own, up to release 25.05."""
    flake, nixpkgs = target.project.flake, target.project.nixpkgs
    if flake is None or entry is None or nixpkgs is None or entry.reference is None:
        return
    if "nixpkgs" in entry.follows or not entry.is_flake or entry.alias is not None:
        return
    if target.release is None or target.release >= "25.11":
        return
    if not second_nixpkgs(target, entry):
        return
    new = f'{entry.name}.inputs.nixpkgs.follows = "{nixpkgs.name}";'
    message = f"{entry.name} brings a nixpkgs of its own, and two are evaluated"
    yield target.hit(
        flake.file,
        entry.binding.start,
        message,
        f"Add {new}",
        edits=_line_after(flake.file, entry, new),
    )


def _line_after(file: NixFile, entry: Input, text: str) -> tuple[Edit, ...]:
    """Return the edit that adds a line behind ``name.url = "…";``, where it is spelt like that."""
    path, binding = entry.binding.path, entry.binding
    if path[-2:] != (entry.name, "url"):
        return ()
    start = file.text.rfind("\n", 0, binding.start) + 1
    indent = file.text[start : binding.start]
    if indent.strip():
        return ()
    prefix = "inputs." if path[:1] == ("inputs",) else ""
    end = binding.end
    return (Edit(file.path, end, end, f"\n{indent}{prefix}{text}"),)


_FOLLOWS = (
    "Without `follows` an input brings the nixpkgs that its own lock file names: a second one is "
    "fetched and evaluated, and packages of the two meet on one host. From nixpkgs 25.11 on it is "
    "the other way round: the client of NixOS Compose has to be built by an older one."
)


@rule(
    "NXC106",
    "nxc-follows",
    "NixOS Compose brings a nixpkgs of its own",
    severity=Severity.WARNING,
    why=_FOLLOWS,
    remedy='Add nxc.inputs.nixpkgs.follows = "nixpkgs";',
    bad='nxc.url = "github:oar-team/nixos-compose/25.05";',
    good='nxc.url = "github:oar-team/nixos-compose/25.05";\n'
    'nxc.inputs.nixpkgs.follows = "nixpkgs";',
    since="nixpkgs up to 25.05",
    fixable=True,
)
def nxc_follows(target: Target) -> Iterator[Hit]:
    """Look for the line in flake.nix, and at the lock file where there is one."""
    yield from _lacks_follows(target, target.project.nxc)


@rule(
    "NXC107",
    "kapack-follows",
    "kapack brings a nixpkgs of its own",
    severity=Severity.WARNING,
    why=_FOLLOWS,
    remedy='Add kapack.inputs.nixpkgs.follows = "nixpkgs";',
    bad='kapack.url = "github:oar-team/nur-kapack/25.05";',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";\n'
    'kapack.inputs.nixpkgs.follows = "nixpkgs";',
    since="nixpkgs up to 25.05",
    fixable=True,
)
def kapack_follows(target: Target) -> Iterator[Hit]:
    """Look for the line in flake.nix, and at the lock file where there is one."""
    yield from _lacks_follows(target, target.project.kapack)


@rule(
    "NXC119",
    "follows-nothing",
    "an input follows one that is not there",
    severity=Severity.ERROR,
    why="Older Nix warns, newer Nix refuses the flake.",
    remedy="Name an input of this flake",
    bad='nxc.inputs.nixpkgs.follows = "nixpkg";',
    good='nxc.inputs.nixpkgs.follows = "nixpkgs";',
)
def follows_nothing(target: Target) -> Iterator[Hit]:
    """Compare what is followed with the inputs."""
    flake = target.project.flake
    if flake is None:
        return
    for entry in flake.inputs.values():
        for follow in entry.follows.values():
            head = follow.target.partition("/")[0]
            if head and head not in flake.inputs and head not in _registry_names(target):
                remedy = did_you_mean(head, flake.inputs, "")
                message = f"{entry.name} follows {follow.target}, which is no input"
                yield target.hit(flake.file, follow.binding.start, message, remedy)


def _registry_names(target: Target) -> tuple[str, ...]:
    """Return the arguments of outputs, which are inputs too when the registry has them."""
    flake = target.project.flake
    return flake.formals.names if flake is not None and flake.formals is not None else ()
