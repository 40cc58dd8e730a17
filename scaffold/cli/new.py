"""The command that starts a project."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scaffold.cli import completion
from scaffold.cli.flags import catalogue_flag
from scaffold.cli.grouped_flags import Command
from scaffold.cli.template import template_flags
from scaffold.cli.writing import answer_flags, stack_flag, writing_flags


@click.command(cls=Command)
@click.argument(
    "directory",
    required=False,
    type=click.Path(path_type=Path),
    metavar="[DIR]",
    shell_complete=completion.folder,
)
@stack_flag("Start from a stack (see `list stacks`).")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take answers from a file, such as another .nxc-scaffold.toml, or from stdin (-).",
)
@catalogue_flag
@answer_flags()
@click.option(
    "--drop-role",
    multiple=True,
    metavar="NAME",
    help="Leave out a role of the stack.",
    shell_complete=completion.roles,
)
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
