"""The command that builds a package phase by phase."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scaffold.cli.flags import plain_flag
from scaffold.cli.grouped_flags import Command


@click.command(cls=Command)
@click.argument("attr", metavar="ATTR")
@click.argument("what", required=False, default="", metavar="[WHAT]")
@click.option("--repo", type=click.Path(path_type=Path), default=".", metavar="DIR",
              help="The repository; the current folder unless told otherwise.")  # fmt: skip
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE",
              help="Take the package from this file of the repository, and not from flake.nix, "
              "default.nix or nur.nix.")  # fmt: skip
@click.option("--dir", "scratch", type=click.Path(path_type=Path), metavar="DIR",
              help="The scratch folder; one in your cache unless told otherwise.")  # fmt: skip
@click.option("--from", "start", metavar="PHASE", help="Run this phase (again) and the rest.")
@click.option("--until", metavar="PHASE", help="Run what is not done up to this phase.")
@click.option("--show", metavar="PHASE", help="Print the text of a phase.")
@click.option("--shell", is_flag=True,
              help="Open a shell in the environment before the failed or next phase, or before "
              "WHAT.")  # fmt: skip
@click.option("--patch", metavar="NAME",
              help="Write your edits of the source as NAME.patch into the package.")  # fmt: skip
@click.option("--reset", is_flag=True, help="Empty the scratch folder first.")
@click.option("--override-input", "override_inputs", multiple=True, metavar="NAME=REF",
              help="Evaluate with this flake in the place of an input.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Let nix use only what is on this machine.")
@click.option("--nix-option", "nix_options", multiple=True, metavar="NAME=VALUE",
              help="Pass `--option NAME VALUE` to nix.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@plain_flag
def phases(**options: object) -> None:
    """Run the build of a package phase by phase, in a scratch folder that is kept.

    Without WHAT the phases of ATTR are listed. WHAT is `next`, `all` (that is left), a phase
    (`build` means `buildPhase`), or a range FIRST..LAST. The phases run as you, without nix's
    sandbox, and install into the scratch folder.
    """
    from scaffold.commands import phases as command
    from scaffold.commands.phases_options import Options

    sys.exit(command.run(Options.of(options)))


COMMANDS = (phases,)
