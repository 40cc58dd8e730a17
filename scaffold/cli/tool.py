"""The commands that are about the tool itself: the user's defaults, completion, the man page."""

from __future__ import annotations

import click

from scaffold.base.errors import InputError, Problem
from scaffold.cli.flags import plain_flag
from scaffold.cli.grouped_flags import Command


@click.command(cls=Command)
@click.argument("action", required=False, type=click.Choice(["set", "unset"]))
@click.argument("key", required=False)
@click.argument("value", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_flag
def config(
    *, action: str | None, key: str | None, value: str | None, as_json: bool, plain: bool
) -> None:
    """Show your defaults and where each comes from, or `set` a KEY to a VALUE, or `unset` it.

    They are read from environment variables (NXC_SCAFFOLD_RELEASE and so on) and from
    nxc-scaffold/config.toml in $XDG_CONFIG_HOME, or in ~/.config. Lists have commas.
    """
    from scaffold.commands import config as command

    if action is not None:
        if key is None or (value is None) is (action == "set"):
            form = "config set KEY VALUE" if action == "set" else "config unset KEY"
            what = "needs a key and a value" if action == "set" else "needs a key, and no value"
            raise InputError(Problem(f"config {action}", what, f"Write it as: {form}"))
        command.change(key, value)
        return
    command.run(as_json=as_json, plain=plain)


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.option("--install", is_flag=True, help="Write it to the folder where the shell looks.")
def completion(*, shell: str, install: bool) -> None:
    """Print the script with which a shell completes this command.

    It completes stacks, roles, parts, flavours, releases, extras and paths.
    """
    from scaffold.cli import completion_script as command

    command.run(shell, install=install)


@click.command(cls=Command)
@click.pass_context
def man(ctx: click.Context) -> None:
    """Print the man page: `nxc-scaffold man | man -l -` shows it."""
    from scaffold.commands.manpage import page

    root = ctx.find_root().command
    click.echo(page(root) if isinstance(root, click.Group) else "", nl=False)


COMMANDS = (completion, config, man)
