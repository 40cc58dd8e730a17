"""The function of the outputs: its arguments and their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node

_OLD_OUTPUTS = {
    "devShell": "devShells.<system>.default",
    "defaultApp": "apps.<system>.default",
    "defaultTemplate": "templates.default",
    "nixosModule": "nixosModules.default",
    "overlay": "overlays.default",
}


@rule(
    "NXC110",
    "outputs-arguments",
    "outputs and inputs do not fit together",
    severity=Severity.ERROR,
    why="Nix calls outputs with every input. One that a function without `...` does not name is "
    "an error; a name that is no input is looked up in the registry of the machine.",
    remedy="Name every input, or add an ellipsis",
    bad='inputs.nxc.url = "…";\noutputs = { self, nixpkgs }: …',
    good='inputs.nxc.url = "…";\noutputs = { self, nixpkgs, nxc }: …',
)
def outputs_arguments(target: Target) -> Iterator[Hit]:
    """Compare the arguments of outputs with the inputs."""
    flake = target.project.flake
    if flake is None or flake.outputs is None or flake.formals is None:
        return
    names = flake.formals.names
    for name, entry in flake.inputs.items():
        if name not in names and not flake.formals.open:
            message = f"outputs does not take the input {name}"
            yield target.hit(flake.file, entry.binding.start, message)
    for argument in flake.formals.arguments:
        if argument.name not in (*flake.inputs, "self") and argument.default is None:
            message = f"{argument.name} is no input: it is looked up in the machine's registry"
            yield target.hit(
                flake.file,
                argument.start,
                message,
                f"Add inputs.{argument.name}.url",
                severity=Severity.WARNING,
            )


@rule(
    "NXC111",
    "old-output",
    "an output has a name that Nix calls deprecated",
    severity=Severity.NOTE,
    why="Nix 2.7 renamed these outputs; `nix flake check` warns of the old names. defaultPackage "
    "is one of them, yet `nxc build -L` of NixOS Compose 0.7.11 still reads it, so it is not told.",
    remedy="Use the new name",
    bad="devShell.${system} = nxc.devShells.${system}.nxcShell;",
    good="devShells.${system}.default = nxc.devShells.${system}.nxcShell;",
    since="Nix 2.7",
    fixable=True,
)
def old_output(target: Target) -> Iterator[Hit]:
    """Look for the names among what outputs returns."""
    flake = target.project.flake
    if flake is None or flake.outputs is None:
        return
    for binding in _returned(flake.outputs).bindings:
        name = binding.path[0] if binding.path else None
        if name not in _OLD_OUTPUTS or binding.value is None:
            continue
        edits: tuple[Edit, ...] = ()
        if name == "devShell" and len(binding.path) == 2:
            head = flake.file.text[binding.start : binding.value.start]
            new = re.sub(r"^devShell\b", "devShells", head)
            new = re.sub(r"(\s*=\s*)$", r".default\1", new)
            edits = (Edit(flake.file.path, binding.start, binding.value.start, new),)
        message = f"{name} is now {_OLD_OUTPUTS[name]}"
        yield target.hit(flake.file, binding.start, message, edits=edits)


def _returned(outputs: Node) -> Node:
    """Return what the function of the outputs gives."""
    while outputs.kind in ("lambda", "let", "with", "parentheses"):
        outputs = outputs.children[-1]
    return outputs
