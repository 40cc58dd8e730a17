"""The command that takes over a composition that was written by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scaffold.cli import completion
from scaffold.cli.flags import catalogue_flag
from scaffold.cli.grouped_flags import Command
from scaffold.cli.project import UNUSED
from scaffold.cli.writing import answer_flags, checking_flags


@click.command(cls=Command)
@click.argument(
    "source",
    required=False,
    default=".",
    type=click.Path(path_type=Path),
    metavar="[DIR]",
    shell_complete=completion.folder,
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="NEW",
    help="Write to a new folder, and leave DIR as it is.",
    shell_complete=completion.folder,
)
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="Name of the project; that of the folder unless told otherwise.",
)
@click.option(
    "--no-parts",
    is_flag=True,
    help="Take no parts: roles keep all that they set, and nothing is added.",
)
@answer_flags(("options",), options="An answer that no text tells, such as a consent.")
@click.option(
    "--force",
    is_flag=True,
    help="Write although git knows of changes, or does not know the folder.",
)
@catalogue_flag
@checking_flags
def adopt(source: Path, into: Path | None, name: str, *, no_parts: bool, **options: object) -> None:
    """Make a project of nxc-scaffold of the composition that somebody wrote in DIR.

    Reads roles, counts, parts, flavours, ports and users. What the parts set by themselves goes,
    what is left of a role becomes a module file of its own; the test script becomes a file, and
    flake.nix stays. Writes only when roles, hosts and options are evaluated to be what they were;
    else it says what it cannot take over (exit 2). Add `--dry-run` to see it first.
    """
    from scaffold.commands import adopt as command

    flags = {**UNUSED, **options, "directory": into or source}
    own = {"source": source, "into": into, "name": name, "no_parts": no_parts}
    sys.exit(command.run(command.Options.of({**flags, **own})))


COMMANDS = (adopt,)
