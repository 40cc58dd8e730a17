"""The command that moves projects from one release to another."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scaffold.cli import completion
from scaffold.cli.flags import catalogue_flag, plain_flag
from scaffold.cli.grouped_flags import Command


@click.command(cls=Command)
@click.argument(
    "directory",
    required=False,
    default=".",
    type=click.Path(path_type=Path),
    metavar="[DIR]",
    shell_complete=completion.folder,
)
@click.option(
    "--to",
    required=True,
    metavar="RELEASE",
    help="The release to move to (see `list releases`).",
    shell_complete=completion.QUESTIONS["release"],
)
@click.option(
    "--plan",
    "--dry-run",
    "plan",
    is_flag=True,
    help="Say what can be done and show the changes; write nothing.",
)
@click.option(
    "--new-kapack",
    is_flag=True,
    help="Also move from oar-team's nur-kapack to its successor, kapack.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write although git knows of changes or does not know the folder, or although the release "
    "lacks something.",
)
@click.option(
    "--offline",
    is_flag=True,
    help="Leave flake.lock alone and evaluate nothing: both take the network.",
)
@click.option("--no-check", is_flag=True, help="Do not check what was written.")
@click.option("--no-eval", is_flag=True, help="Check, but do not evaluate the flavours: minutes.")
@catalogue_flag
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@plain_flag
def upgrade(
    *,
    directory: Path,
    to: str,
    plan: bool,
    new_kapack: bool,
    force: bool,
    offline: bool,
    no_check: bool,
    no_eval: bool,
    catalogues: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
    plain: bool,
) -> None:
    """Move the composition or NUR repository in DIR to another release.

    Says first whether the release has what is used of kapack. Inputs, options, packages and what
    NixOS Compose itself wants are changed in the text, everything else keeps its bytes; what only
    a person can do is listed with its place. The checks run afterwards; where nix reaches the
    inputs, every flavour is evaluated. Exit 1 means that the
    release lacks something, or that a check found an error.
    """
    from scaffold.commands import upgrade as command
    from scaffold.commands.upgrade_report import Options

    options = Options(
        directory,
        to,
        plan=plan,
        new_kapack=new_kapack,
        force=force,
        offline=offline,
        no_check=no_check,
        no_eval=no_eval,
        catalogues=catalogues,
        as_json=as_json,
        quiet=quiet,
        plain=plain,
    )
    sys.exit(command.run(options))


COMMANDS = (upgrade,)
