"""The command that checks projects, whoever wrote them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scaffold.cli import completion
from scaffold.cli.flags import plain_flag
from scaffold.cli.grouped_flags import Command


@click.command(cls=Command)
@click.argument(
    "paths",
    nargs=-1,
    type=click.Path(path_type=Path),
    metavar="[PATH]...",
    shell_complete=completion.folder,
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    help="Run these rules only: a code, its beginning (NXC1), or a name; may be given again.",
    shell_complete=completion.rules,
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    help="Leave rules out.",
    shell_complete=completion.rules,
)
@click.option("--strict", is_flag=True, help="Exit 1 for warnings too.")
@click.option("--fix", is_flag=True, help="Mend what is certain; all files or none are written.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option(
    "--eval",
    "evaluate",
    is_flag=True,
    help="Evaluate every flavour, or package of NUR, with nix: takes minutes.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="How findings are printed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the same as --format json.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@plain_flag
def check(
    *,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    fix: bool,
    diff: bool,
    evaluate: bool,
    form: str,
    as_json: bool,
    quiet: bool,
    plain: bool,
) -> None:
    """Find what is wrong in the compositions and NUR repositories below PATH.

    Every project below PATH (the current folder unless told otherwise) is found by looking:
    whoever wrote it, nothing is written, no network is used. `list rules` shows the rules,
    `describe CODE` explains one. A comment `# nxc: ignore[CODE] reason` waives a finding on its
    line. Exit 1 means that an error was found.
    """
    from scaffold.commands import check as command

    options = command.Options(
        paths, select, ignore, strict, fix, diff, evaluate, "json" if as_json else form, quiet,
        plain,
    )  # fmt: skip
    sys.exit(command.run(options))


COMMANDS = (check,)
