"""Every command: where it lies, and what it does in one line; and the program's name.

The parser of a command is loaded when that command runs, and ``--help`` needs none of them: with
all its flags, each takes time at every start.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Listed:
    """A command: its module in ``scaffold.cli``, and the first sentence of its help."""

    module: str
    summary: str


PROGRAM = "nxc-scaffold"
#: By setting it, a shell asks for completions.
VARIABLE = "_NXC_SCAFFOLD_COMPLETE"

#: The commands by section, in the order in which a project meets them.
SECTIONS = {
    "Compositions": {
        "new": Listed("new", "Create a composition in DIR"),
        "multi": Listed("multi", "Create several compositions in DIR that share one flake"),
        "adopt": Listed(
            "adopt", "Make a project of nxc-scaffold of the composition that somebody wrote in DIR"
        ),
        "change": Listed("project", "Change answers of the project that you are in, or in DIR"),
        "add": Listed("project", "Add PARTs to a role, or the roles of a STACK to the project"),
        "remove": Listed(
            "project", "Remove PARTs from a role, or a whole ROLE, with their options"
        ),
        "update": Listed("project", "Write the project again with the templates of this version"),
        "upgrade": Listed(
            "upgrade", "Move the composition or NUR repository in DIR to another release"
        ),
        "undo": Listed(
            "project", "Take back what the last run wrote, where nobody edited it since"
        ),
    },
    "Packages": {
        "package": Listed(
            "package", "Add the package NAME to a NUR repository, or bump one with --update"
        ),
        "phases": Listed(
            "phases",
            "Run the build of a package phase by phase, in a scratch folder that is kept",
        ),
    },
    "Looking": {
        "list": Listed(
            "catalogue",
            "List what a composition can be made of, the builders of packages or the rules of "
            "`check`",
        ),
        "describe": Listed(
            "catalogue",
            "Show all there is to know about NAME: a stack, service, part, flavour, release or "
            "rule",
        ),
        "graph": Listed(
            "catalogue", "Draw the topology of the composition in DIR, as its answers say"
        ),
        "check": Listed(
            "check", "Find what is wrong in the compositions and NUR repositories below PATH"
        ),
    },
    "This program": {
        "config": Listed(
            "tool",
            "Show your defaults and where each comes from, or `set` a KEY to a VALUE, or `unset` "
            "it",
        ),
        "completion": Listed("tool", "Print the script with which a shell completes this command"),
        "man": Listed("tool", "Print the man page: `nxc-scaffold man | man -l -` shows it"),
    },
}
COMMANDS = {name: listed for section in SECTIONS.values() for name, listed in section.items()}
