"""The command for several compositions in one flake."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from scaffold import completion
from scaffold.cli_catalog import catalogue_flag
from scaffold.cli_tool import plain_flag
from scaffold.flags import FLAGS

#: The questions that are asked once for all compositions.
SHARED = ("description", "release", "flavours", "default_flavour", "extras", "pins")


def _shared_flags(command: Any) -> Any:
    for flag in (f for f in reversed(FLAGS) if f.key in SHARED):
        command = click.option(
            flag.flag,
            flag.key,
            metavar=flag.metavar,
            help=flag.help,
            multiple=flag.repeatable,
            shell_complete=completion.QUESTIONS.get(flag.key),
        )(command)
    return command


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--composition",
    "compositions",
    multiple=True,
    metavar="NAME[=STACK]",
    help="A composition and the stack that it is made of; give two or more.",
    shell_complete=completion.compositions,
)
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take answers from a file, with a table [compositions.NAME] for each composition.",
)
@catalogue_flag
@_shared_flags
@click.option("--force", is_flag=True, help="Overwrite files that differ.")
@click.option("--keep", is_flag=True, help="Keep files that differ.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Print the changes as a unified diff.")
@click.option("--no-check", is_flag=True, help="Do not check what was written.")
@click.option(
    "--no-flake-check", is_flag=True, help="Only the quick checks: nothing that needs nixpkgs."
)
@click.option("--no-git", is_flag=True, help="Neither `git init` nor `git add --intent-to-add`.")
@click.option(
    "--override-input",
    "override_inputs",
    multiple=True,
    metavar="NAME=REF",
    help="Check with this flake in the place of an input.",
)
@click.option("--offline", is_flag=True, help="Let nix use only what is on this machine.")
@click.option(
    "--nix-option",
    "nix_options",
    multiple=True,
    metavar="NAME=VALUE",
    help="Pass `--option NAME VALUE` to nix.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@plain_flag
def multi(*, directory: Path, **flags: Any) -> None:
    """Create several compositions in DIR that share one flake.

    They have the same release and flavours; each has a folder and a test script of its own, and is
    built by `nxc build -C NAME -f FLAVOUR`. Asks nothing: what is not given is recommended.
    """
    from scaffold.commands import multi as command

    sys.exit(command.run(directory, flags))


COMMANDS = (multi,)
