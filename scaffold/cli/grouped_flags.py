"""``--help`` of a command that has many flags: they are shown in groups."""

from __future__ import annotations

import click

from scaffold.answers.flags import FLAGS

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


def _write(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, params: list[click.Parameter]
) -> None:
    rows = [record for param in params if (record := param.get_help_record(ctx))]
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)
