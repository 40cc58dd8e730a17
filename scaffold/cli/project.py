"""The commands on a project that exists: change, add, remove, update, undo."""

from __future__ import annotations

import sys
from pathlib import Path

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
    output_flags,
    rewriting_flags,
    stack_flag,
    writing_flags,
)

#: The fields of the options of ``new`` that these commands have no flags for.
UNUSED: dict[str, object] = {
    "answers_file": None,
    "defaults": False,
    "resume": False,
    "stack": None,
    "drop_role": (),
    "template": None,
    "template_ref": None,
    "template_values": (),
    "trust": False,
    "force": False,
    "keep": False,
    "conflict": None,
    "catalogues": (),
    "no_check": True,
    "no_flake_check": True,
    "override_inputs": (),
    "offline": False,
    "nix_options": (),
}

project_flag = click.option(
    "--project",
    "directory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The project; that of the current folder unless told otherwise.",
    shell_complete=completion.folder,
)
trust_flag = click.option("--trust", is_flag=True, help="Run the hooks of the project's template.")


@click.command(cls=Command)
@folder_argument
@stack_flag("Start again from a stack (see `list stacks`).")
@answers_flag("Start again from the answers of a file, or of standard input (-).")
@catalogue_flag
@answer_flags()
@drop_role_flag("Leave out a role.", completion.own_roles)
@template_flags
@writing_flags
def change(**options: object) -> None:
    """Change answers of the project that you are in, or in DIR.

    Takes every flag of `new`. Your edits are merged with what changes.
    """
    from scaffold.commands import change as command
    from scaffold.commands.options import Options

    sys.exit(command.run(Options.of(options)))


@click.command(cls=Command)
@click.argument("what", metavar="PART[,PART…]|STACK", shell_complete=completion.parts_and_stacks)
@click.option(
    "--to",
    metavar="ROLE[:COUNT]",
    help="The role that runs the parts; it is made when it is not there.",
    shell_complete=completion.own_roles,
)
@click.option(
    "--with",
    "partners",
    multiple=True,
    metavar="PART=ROLE",
    help="Add another part, such as one that PART needs, in the same run.",
)
@click.option(
    "--onto",
    multiple=True,
    metavar="ROLE=ROLE[,ROLE…]",
    help="Let roles of the project run what a role of STACK runs.",
)
@answer_flags({"options"})
@project_flag
@catalogue_flag
@trust_flag
@rewriting_flags
def add(what: str, to: str | None, partners: tuple[str, ...], onto: tuple[str, ...],
        **options: object) -> None:  # fmt: skip
    """Add PARTs to a role, or the roles of a STACK to the project.

    What a part needs is offered in a terminal, and named elsewhere.
    """
    from scaffold.commands import add as command
    from scaffold.commands.options import Options

    found = Options.of({**UNUSED, **options})
    sys.exit(command.run(what, found, to=to, partners=partners, onto=onto))


@click.command(cls=Command)
@click.argument("what", metavar="PART[,PART…]|ROLE", shell_complete=completion.own_parts_and_roles)
@click.option(
    "--from",
    "origin",
    metavar="ROLE[,ROLE…]",
    help="The roles that run PART; needed where several do.",
    shell_complete=completion.own_roles,
)
@project_flag
@catalogue_flag
@trust_flag
@rewriting_flags
def remove(what: str, origin: str | None, **options: object) -> None:
    """Remove PARTs from a role, or a whole ROLE, with their options.

    Files that are not needed any more are deleted unless you edited them.
    """
    from scaffold.commands import remove as command
    from scaffold.commands.options import Options

    sys.exit(command.run(what, Options.of({**UNUSED, **options}), origin=origin))


@click.command(cls=Command)
@folder_argument
@catalogue_flag
@trust_flag
@rewriting_flags
def update(**options: object) -> None:
    """Write the project again with the templates of this version.

    The answers stay as they are, and your edits are merged with what changed.
    """
    from scaffold.commands import update as command
    from scaffold.commands.options import Options

    sys.exit(command.run(Options.of({**UNUSED, **options})))


@click.command(cls=Command)
@folder_argument
@click.option("--no-git", is_flag=True, help="Do not tell git of files that are there again.")
@output_flags
def undo(**options: object) -> None:
    """Take back what the last run wrote, where nobody edited it since.

    A second `undo` takes back the first.
    """
    from scaffold.commands import undo as command
    from scaffold.commands.options import Options

    sys.exit(command.run(Options.of({**UNUSED, **options})))


COMMANDS = (change, add, remove, update, undo)
