"""The arguments of ``lib.compose``: which it takes, which it needs."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.base.values import did_you_mean
from scaffold.checks.pins import is_newest_nxc
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.compose_call import FORMALS


@rule(
    "NXC114",
    "compose-argument",
    "lib.compose does not take an argument that it is given",
    severity=Severity.ERROR,
    why="The function names its arguments and takes no others, so that nothing of the flake "
    "evaluates.",
    remedy="Remove it, or put it where it belongs: modules go to extraConfigurations",
    bad="nxc.lib.compose { inherit system; modules = [ ./a.nix ]; … }",
    good="nxc.lib.compose { inherit system; extraConfigurations = [ ./a.nix ]; … }",
    since="NixOS Compose 0.7.11; a newer one may take more",
)
def compose_argument(target: Target) -> Iterator[Hit]:
    """Compare the names with the arguments of nix/compose.nix."""
    for call in target.project.calls:
        for name, argument in call.arguments.items():
            if name in FORMALS:
                continue
            remedy = did_you_mean(name, FORMALS, "")
            severity = Severity.NOTE if is_newest_nxc(target) else None
            message = f"lib.compose takes no argument {name}"
            yield target.hit(call.file, argument.start, message, remedy, severity=severity)


@rule(
    "NXC115",
    "compositions-path",
    "compositions is a path",
    severity=Severity.WARNING,
    why="Given as a path, every package `::flavour`, which holds all compositions at once, fails "
    "to evaluate; those of a single composition are fine.",
    remedy="Import it",
    bad="compositions = ./compositions.nix;",
    good="compositions = import ./compositions.nix;",
    since="NixOS Compose up to 0.7.11",
    fixable=True,
)
def compositions_path(target: Target) -> Iterator[Hit]:
    """Look at the argument."""
    for call in target.project.calls:
        argument = call.arguments.get("compositions")
        value = call.value("compositions")
        if argument is None or value is None or value.kind != "path":
            continue
        edits: tuple[Edit, ...] = ()
        if argument.value is not None and argument.value.kind == "path":
            edits = (Edit(call.file.path, value.start, value.start, "import "),)
        yield target.hit(call.file, argument.start, "compositions is a path", edits=edits)


@rule(
    "NXC118",
    "compose-incomplete",
    "lib.compose lacks an argument",
    severity=Severity.ERROR,
    why="The library cannot be called without nixpkgs, and has nothing to build without a "
    "composition.",
    remedy="Add the argument",
    bad="nxc.lib.compose { inherit system; }",
    good="nxc.lib.compose { inherit nixpkgs system; composition = ./composition.nix; }",
)
def compose_incomplete(target: Target) -> Iterator[Hit]:
    """Look for nixpkgs and for a composition among the arguments."""
    for call in target.project.calls:
        if not call.readable:
            continue
        names = call.arguments.keys()
        if "nixpkgs" not in names:
            yield target.hit(call.file, call.node, "lib.compose is not given nixpkgs")
        if not names & {"composition", "compositions"}:
            yield target.hit(call.file, call.node, "lib.compose is given no composition")


@rule(
    "NXC125",
    "compose-unreadable",
    "the arguments of lib.compose cannot be read from the text",
    severity=Severity.NOTE,
    why="They are computed; rules about them have not looked.",
    remedy="Nothing has to be done; --eval looks at the result",
)
def compose_unreadable(target: Target) -> Iterator[Hit]:
    """Tell what the other rules of this family could not look at."""
    for call in target.project.calls:
        if not call.readable:
            yield target.hit(call.file, call.node, "the arguments of lib.compose are computed")
