"""``--help`` that is read to its end: whole summaries of commands, and flags in groups."""

from __future__ import annotations

from collections.abc import Iterator

import click

from scaffold.answers.flags import FLAGS
from scaffold.system import pipes

#: The commands in the order in which a project meets them.
SECTIONS = {
    "Compositions": (
        "new",
        "multi",
        "adopt",
        "change",
        "add",
        "remove",
        "update",
        "upgrade",
        "undo",
    ),
    "Packages": ("package", "phases"),
    "Looking": ("list", "describe", "graph", "check"),
    "This program": ("config", "completion", "man"),
}
#: The flags of commands that write a project, by the name of their parameter.
GROUPS = {
    "Start": ("stack", "answers_file", "drop_role", "compositions", "resume", "defaults"),
    "Answers": tuple(flag.key for flag in FLAGS),
    "Your own": ("catalogues", "template", "template_ref", "template_values", "trust"),
    "Files that are there": ("force", "keep", "conflict", "dry_run", "diff", "no_git"),
    "Checks": ("no_check", "no_flake_check", "override_inputs", "offline", "nix_options"),
}
#: Fewer flags than this need no groups.
MANY = 12


class Command(click.Command):
    """A command whose flags are shown in groups when there are many."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group with its flags, then the others."""
        shown = [param for param in self.get_params(ctx) if param.get_help_record(ctx)]
        if len(shown) < MANY:
            super().format_options(ctx, formatter)
            return
        grouped = {name for names in GROUPS.values() for name in names}
        for title, names in GROUPS.items():
            _write(ctx, formatter, title, [p for p in shown if p.name in names])
        _write(ctx, formatter, "Options", [p for p in shown if p.name not in grouped])


class Group(pipes.Group):
    """The commands, in sections, each with the whole of its first sentence."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections; a command that is in none comes last."""
        for title, names in {**SECTIONS, "Others": tuple(self._others())}.items():
            rows = [(name, summary(self.commands[name])) for name in names if name in self.commands]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def _others(self) -> Iterator[str]:
        placed = {name for names in SECTIONS.values() for name in names}
        for name, command in sorted(self.commands.items()):
            if name not in placed and not command.hidden:
                yield name


def summary(command: click.Command) -> str:
    """Return the first sentence of a command's help, without its full stop."""
    first = " ".join((command.help or "").split("\n\n")[0].split())
    sentence, stop, _ = first.partition(". ")
    return sentence if stop else first.removesuffix(".")


def _write(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, params: list[click.Parameter]
) -> None:
    rows = [record for param in params if (record := param.get_help_record(ctx))]
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)
