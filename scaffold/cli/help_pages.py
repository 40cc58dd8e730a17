"""The commands of the program: loaded when they run, and listed by ``--help`` in sections."""

from __future__ import annotations

from importlib import import_module

import click

from scaffold.base.errors import InputError, Problem, show
from scaffold.base.values import did_you_mean
from scaffold.cli.help_text import Context
from scaffold.cli.index import COMMANDS, PROGRAM, SECTIONS
from scaffold.system import pipes


class Group(pipes.Group):
    """The commands, each loaded when it is needed; their summaries are told without."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None when there is none of that name."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            module = import_module(f"scaffold.cli.{COMMANDS[cmd_name].module}")
            for command in module.COMMANDS:
                self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names.

        Raises:
            InputError: there is none of that name.

        """
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            remedy = did_you_mean(name, COMMANDS, f"See {PROGRAM} --help")
            raise InputError(Problem(PROGRAM, f"there is no command {show(name)}", remedy))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections, each command with the whole of its first sentence."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, listed.summary) for name, listed in commands.items()])
