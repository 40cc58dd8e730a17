"""The commands that are about the tool itself: the user's defaults, completion, the man page."""

from __future__ import annotations

from collections.abc import Callable

import click


def plain_flag(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--plain``."""
    text = "Print one sentence a line, for screen readers: no tables, no colours."
    return click.option("--plain", is_flag=True, help=text)(command)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_flag
def config(*, as_json: bool, plain: bool) -> None:
    """Show your defaults, and where each comes from.

    They are read from nxc-scaffold/config.toml in $XDG_CONFIG_HOME, or in ~/.config.
    """
    from scaffold.commands import config as command

    command.run(as_json=as_json, plain=plain)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.option("--install", is_flag=True, help="Write it to the folder where the shell looks.")
def completion(*, shell: str, install: bool) -> None:
    """Print the script with which a shell completes this command.

    It completes stacks, roles, parts, flavours, releases, extras and paths.
    """
    from scaffold.cli import completion_script as command

    command.run(shell, install=install)


@click.command()
@click.pass_context
def man(ctx: click.Context) -> None:
    """Print the man page: `nxc-scaffold man | man -l -` shows it."""
    from scaffold.commands.manpage import page

    root = ctx.find_root().command
    click.echo(page(root) if isinstance(root, click.Group) else "", nl=False)


COMMANDS = (completion, config, man)
