"""The parser of a command: flags in groups where there are many, and no value that is empty."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import click

from scaffold.answers.flags import FLAGS
from scaffold.cli.help_text import Context
from scaffold.cli.usage import refuse_empty

#: The flags of commands that write a project, by the name of their parameter.
GROUPS = {
    "Start": ("stack", "answers_file", "drop_role", "compositions", "resume", "defaults"),
    "Answers": tuple(flag.key for flag in FLAGS),
    "Your own": ("catalogues", "template", "template_ref", "template_values", "trust"),
    "Files that are there": ("force", "keep", "conflict", "dry_run", "diff", "no_git"),
    "Checks": ("no_check", "no_flake_check", "override_inputs", "offline", "nix_options"),
}
#: Fewer flags than this need no groups.
MANY = 15


class Command(click.Command):
    """A command of this program."""

    context_class = Context

    def __init__(
        self, *args: Any, groups: Mapping[str, Collection[str]] = GROUPS, **more: Any
    ) -> None:
        """Make a command whose ``groups`` have the names of parameters; others come last."""
        super().__init__(*args, **more)
        self.groups = groups

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line.

        Raises:
            InputError: a value is empty.

        """
        words = list(args)  # click empties the list
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # the error then knows which command it is about
            raise
        if not ctx.resilient_parsing and any(not w or w.endswith("=") for w in words):
            given, _, _ = self.make_parser(ctx).parse_args(words)
            for param in self.params:
                refuse_empty(param, given.get(param.name or ""))
        return rest

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group with its flags, then the others; the usage line has the arguments."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        shown = [param for param in options if param.get_help_record(ctx)]
        if len(shown) < MANY:
            super().format_options(ctx, formatter)
            return
        grouped = {name for names in self.groups.values() for name in names}
        for title, names in self.groups.items():
            _write(ctx, formatter, title, [p for p in shown if p.name in names])
        _write(ctx, formatter, "Options", [p for p in shown if p.name not in grouped])


def _write(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, params: list[click.Option]
) -> None:
    rows = [record for param in params if (record := param.get_help_record(ctx))]
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)
