"""What happens when whoever reads the output goes away, as in ``nxc-scaffold list | head -1``.

click makes a closed pipe exit code 1, which here means that a check found a defect. The command
ends as other programs do: quietly, with what a shell sees of one that SIGPIPE ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from scaffold.base.errors import Exit, ExternalError, Problem


class ReaderGoneError(Exception):
    """Nobody reads the output any more; not an OSError, which click would take for its own."""


class Group(click.Group):
    """A group of commands that leaves a closed pipe to ``ended_quietly``."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Parse the command line, which prints help."""
        with _told_apart():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _told_apart():
            return super().invoke(ctx)


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGoneError from error


def opened() -> None:
    """Open what the command was started without, as by ``<&-``: nothing to read, nobody to tell.

    Otherwise the next file that is opened would take its number, and be written to in its place.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def flush() -> None:
    """Write what is buffered, while an error can still be told.

    Raises:
        ExternalError: it cannot be written.

    """
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise ExternalError(Problem("the output", what, "Write it to another place")) from error


def discard() -> None:
    """Throw away what is still to be written, also at the end of the program."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        os.dup2(nowhere, stream.fileno())


@contextmanager
def ended_quietly() -> Iterator[None]:
    """End the program when its reader is gone; nothing more is written, also not at its end."""
    try:
        yield
    except (ReaderGoneError, BrokenPipeError):
        discard()
        sys.exit(Exit.READER_GONE)
