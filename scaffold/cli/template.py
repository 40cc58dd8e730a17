"""The flags for a template of the user's own."""

from __future__ import annotations

from collections.abc import Callable

import click

from scaffold.cli import completion

_FLAGS = (
    click.option(
        "--template",
        metavar="DIR|URL",
        help="A cookiecutter template of your own in the place of the skeleton, or on top of it: "
        "a folder or a git repository.",
        shell_complete=completion.folder,
    ),
    click.option(
        "--template-ref", metavar="REF", help="A branch, tag or revision of that repository."
    ),
    click.option(
        "--template-set",
        "template_values",
        multiple=True,
        metavar="NAME=VALUE",
        help="A variable of its cookiecutter.json.",
    ),
    click.option(
        "--trust", is_flag=True, help="Run the template's hooks and Jinja extensions: its code."
    ),
)


def template_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Add the flags for a template of the user's own."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command
