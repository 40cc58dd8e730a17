"""The command that starts a project."""

from __future__ import annotations

import sys

import click

from scaffold.cli import completion
from scaffold.cli.flags import catalogue_flag
from scaffold.cli.grouped_flags import Command
from scaffold.cli.template import template_flags
from scaffold.cli.writing import (
    answer_flags,
    answers_flag,
    drop_role_flag,
    folder_argument,
    stack_flag,
    writing_flags,
)


@click.command(cls=Command)
@folder_argument
@stack_flag("Start from a stack (see `list stacks`).")
@answers_flag("Take answers from a file, such as another .nxc-scaffold.toml, or from stdin (-).")
@catalogue_flag
@answer_flags()
@drop_role_flag("Leave out a role of the stack.", completion.roles)
@template_flags
@writing_flags
def new(**options: object) -> None:
    """Create a composition in DIR.

    Asks in a terminal; every question also has a flag and a key in the answers file. Without a
    terminal it never asks: a missing answer is an error.
    """
    from scaffold.commands import new as command
    from scaffold.commands.options import Options

    sys.exit(command.run(Options.of(options)))


COMMANDS = (new,)
