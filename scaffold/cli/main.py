"""The command line: the parser, dispatch, and the one place that turns errors into exit codes.

Only click is imported here. The parser of a command and its module, and with it everything slow,
are loaded when the command runs, so that ``--help``, ``--version`` and completion answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import click

from scaffold import __version__
from scaffold.base.errors import (
    Exit,
    InputError,
    Interrupted,
    Problem,
    ScaffoldError,
    one_line,
    printable,
)
from scaffold.cli.help_pages import Group
from scaffold.cli.index import PROGRAM, VARIABLE
from scaffold.system import pipes
from scaffold.system.signals import exit_code, unwinding

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Group, context_settings=SETTINGS)
@click.version_option(__version__, "--version", message="nxc-scaffold %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx: click.Context, *, debug: bool) -> None:
    """Start, change, check and upgrade NixOS Compose projects and NUR packages.

    Start with `nxc-scaffold new`, or `nxc-scaffold list stacks` to see what there is.
    """
    ctx.obj = {"debug": debug}


def tell(error: ScaffoldError, *, as_json: bool) -> None:
    """Tell every problem of an error: in words on stderr, or as JSON on stdout."""
    if as_json:
        import json

        problems = [{"where": p.where, "what": p.what, "remedy": p.remedy} for p in error.problems]
        code = exit_code(error.exit_code)
        document = {"exit": int(code), "problems": problems, **error.details}
        click.echo(json.dumps(document, indent=2))
        return
    shown = [(one_line(p.where), printable(p.what), printable(p.remedy)) for p in error.problems]
    if "--plain" in sys.argv[1:] or _plain_by_default():
        for where, what, remedy in shown:
            click.echo(f"error in {where}: {what}", err=True, color=False)
            click.echo(f"to mend it: {remedy}", err=True, color=False)
        return
    # click itself colours nothing in a pipe
    color = False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
    for where, what, remedy in shown:
        head, *rest = _lines(f"{where}: {what}")
        click.echo(f"{click.style('error', fg='red')}  {head}", err=True, color=color)
        for line in (*rest, *_lines(remedy)):
            click.echo(f"       {line}", err=True)


def _lines(text: str) -> list[str]:
    """Return text for a terminal, which would break words at its edge; a pipe gets one line."""
    if not sys.stderr.isatty():
        return [text]
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns - len("error  "), 20)
    lines: list[str] = []
    for line in text.splitlines():  # lines that fit may be code to copy: they stay as they are
        whole = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        lines += whole if len(line) > width else [line]
    return lines or [text]


def _plain_by_default() -> bool:
    """Whether the user's config asks for sentences; one that cannot be read asks for nothing."""
    from scaffold.answers import user_config

    try:
        return user_config.load().plain
    except ScaffoldError:
        return False


def main() -> None:
    """Run the command; the only place where errors become text and exit codes."""
    pipes.opened()
    with pipes.ended_quietly(), unwinding():
        _main(debug="--debug" in sys.argv[1:])


def _main(*, debug: bool) -> None:
    try:
        if VARIABLE in os.environ:
            from scaffold.cli import shells

            shells.register()
        try:
            cli(prog_name=PROGRAM, standalone_mode=False)
        finally:
            pipes.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        problem = Problem("nxc-scaffold", "interrupted", "Run the command again")
        _end(partial(_told, Interrupted(problem)), exit_code(Exit.INTERRUPTED))
    except click.ClickException as error:
        if error.message.startswith("Usage:"):  # no command was named: the message is the help
            _end(error.show, Exit.BAD_INPUT)
        from scaffold.cli.usage import usage_problem

        _end(partial(_told, InputError(usage_problem(error))), Exit.BAD_INPUT)
    except ScaffoldError as error:
        if debug:
            raise
        _end(partial(_told, error), exit_code(error.exit_code))
    except BrokenPipeError:
        raise
    except OSError as error:
        if debug:
            raise
        where = str(error.filename or "nxc-scaffold")
        problem = Problem(where, error.strerror or str(error), "Mend it and run again")
        _end(partial(_told, ScaffoldError(problem)), Exit.EXTERNAL)


def _told(error: ScaffoldError) -> None:
    """Tell an error as the flags want it; in words where no JSON can be written."""
    as_json = "--json" in sys.argv[1:]
    try:
        tell(error, as_json=as_json)
    except BrokenPipeError:
        raise
    except OSError:
        if as_json:
            tell(error, as_json=False)


def _end(say: Callable[[], None], code: Exit) -> NoReturn:
    """End the program with an exit code that holds also when there is nowhere to say why."""
    try:
        say()
        pipes.flush()
    except BrokenPipeError:
        raise
    except (OSError, ScaffoldError):
        pipes.discard()
    sys.exit(code)
