"""The parser of ``nxc-scaffold package``; the command itself is loaded when it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from scaffold.cli.flags import plain_flag
from scaffold.cli.grouped_flags import Command
from scaffold.packages.flags import FLAGS

Function = Callable[..., None]
GROUPS = {
    "Start": ("repo", "from", "update", "answers_file", "resume", "defaults"),
    "Answers": (*(flag.key for flag in FLAGS if flag.key != "from"), "settings", "module"),
    "Files that are there": ("force", "keep", "dry_run", "diff", "no_git"),
    "Checks": ("no_check", "no_evaluation", "offline", "nix_options"),
}


def _question_flags(command: Function) -> Function:
    """Add the flag of every question, in the order in which they are asked."""
    for flag in reversed(FLAGS):
        command = click.option(
            flag.flag, flag.key, metavar=flag.metavar, help=flag.help, multiple=flag.repeatable
        )(command)
    return command


@click.command(cls=Command, groups=GROUPS)
@click.argument("name", required=False)
@click.option(
    "--repo",
    default=".",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The repository; the current folder unless told otherwise.",
)
@_question_flags
@click.option("--module", is_flag=True, help="Write and register a NixOS module too.")
@click.option(
    "--update",
    metavar="NAME",
    help="Give a package the version of --version, or that of the newest release tag.",
)
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take answers from a file.",
)
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Any key of the answers file."
)
@click.option("--resume", is_flag=True, help="Go on with the interview that was interrupted.")
@click.option(
    "--defaults", is_flag=True, help="Take the recommended answer to every other question."
)
@click.option("--force", is_flag=True, help="Overwrite files that differ.")
@click.option("--keep", is_flag=True, help="Keep files that differ.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Print the changes as a unified diff.")
@click.option("--no-check", is_flag=True, help="Do not check what was written.")
@click.option(
    "--no-evaluation", is_flag=True, help="Only the quick checks: nothing that needs nixpkgs."
)
@click.option("--no-git", is_flag=True, help="No `git add --intent-to-add`.")
@click.option("--offline", is_flag=True, help="Fetch nothing, and let nix use only what is here.")
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
@click.option("-v", "--verbose", is_flag=True, help="Print every command that is run.")
def package(**options: object) -> None:
    """Add the package NAME to a NUR repository, or bump one with --update.

    The layout of the repository is found by looking, and so is what --from holds: builder, version,
    licence, dependencies. What is not certain is asked, or told with the flag that answers it.
    """
    from scaffold.commands import package as command
    from scaffold.commands.package_options import Options

    sys.exit(command.run(Options.of(options)))


COMMANDS = (package,)
