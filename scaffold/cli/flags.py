"""Flags that commands of every kind have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

Command = Callable[..., None]


def plain_flag(command: Command) -> Command:
    """Add ``--plain``."""
    text = "Print one sentence a line, for screen readers: no tables, no colours."
    return click.option("--plain", is_flag=True, help=text)(command)


def catalogue_flag(command: Command) -> Command:
    """Add ``--catalogue``, which may be given several times; later folders add to earlier ones."""
    return click.option(
        "--catalogue",
        "catalogues",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Add the services, stacks, flavours and releases of a folder of your own.",
    )(command)
