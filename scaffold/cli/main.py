"""The command line: the parser, dispatch, and the one place that turns errors into exit codes.

Only click is imported here. A command's module, and with it everything slow, is loaded when the
command runs, so that ``--help``, ``--version`` and completion answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from scaffold import __version__
from scaffold.base.errors import Exit, Interrupted, Problem, ScaffoldError, one_line, printable
from scaffold.cli import adopt, catalogue, check, completion, multi, package, project, tool, upgrade
from scaffold.cli.help_pages import Group
from scaffold.cli.template import template_flags
from scaffold.cli.writing import answer_flags, stack_flag, writing_flags
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


for own in (
    *catalogue.COMMANDS,
    *check.COMMANDS,
    *multi.COMMANDS,
    *project.COMMANDS,
    *package.COMMANDS,
    *tool.COMMANDS,
    *upgrade.COMMANDS,
    *adopt.COMMANDS,
):
    cli.add_command(own)


@cli.command()
@click.argument(
    "directory",
    required=False,
    type=click.Path(path_type=Path),
    metavar="[DIR]",
    shell_complete=completion.folder,
)
@stack_flag("Start from a stack (see `list stacks`).")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take answers from a file, such as another .nxc-scaffold.toml, or from stdin (-).",
)
@catalogue.catalogue_flag
@answer_flags()
@click.option(
    "--drop-role",
    multiple=True,
    metavar="NAME",
    help="Leave out a role of the stack.",
    shell_complete=completion.roles,
)
@template_flags
@writing_flags
def new(**options: object) -> None:
    """Create a composition in DIR.

    Asks in a terminal; every question also has a flag and a key in the answers file. Without a
    terminal it never asks: a missing answer is an error.
    """
    from scaffold.commands import new as command
    from scaffold.commands.options import Options

    sys.exit(command.run(Options.of(options)))


@cli.command()
@click.argument("attr", metavar="ATTR")
@click.argument("what", required=False, default="", metavar="[WHAT]")
@click.option("--repo", type=click.Path(path_type=Path), default=".", metavar="DIR",
              help="The repository; the current folder unless told otherwise.")  # fmt: skip
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE",
              help="Take the package from this file of the repository, and not from flake.nix, "
              "default.nix or nur.nix.")  # fmt: skip
@click.option("--dir", "scratch", type=click.Path(path_type=Path), metavar="DIR",
              help="The scratch folder; one in your cache unless told otherwise.")  # fmt: skip
@click.option("--from", "start", metavar="PHASE", help="Run this phase (again) and the rest.")
@click.option("--until", metavar="PHASE", help="Run what is not done up to this phase.")
@click.option("--show", metavar="PHASE", help="Print the text of a phase.")
@click.option("--shell", is_flag=True,
              help="Open a shell in the environment before the failed or next phase, or before "
              "WHAT.")  # fmt: skip
@click.option("--patch", metavar="NAME",
              help="Write your edits of the source as NAME.patch into the package.")  # fmt: skip
@click.option("--reset", is_flag=True, help="Empty the scratch folder first.")
@click.option("--override-input", "override_inputs", multiple=True, metavar="NAME=REF",
              help="Evaluate with this flake in the place of an input.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Let nix use only what is on this machine.")
@click.option("--nix-option", "nix_options", multiple=True, metavar="NAME=VALUE",
              help="Pass `--option NAME VALUE` to nix.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@tool.plain_flag
def phases(**options: object) -> None:
    """Run the build of a package phase by phase, in a scratch folder that is kept.

    Without WHAT the phases of ATTR are listed. WHAT is `next`, `all` (that is left), a phase
    (`build` means `buildPhase`), or a range FIRST..LAST. The phases run as you, without nix's
    sandbox, and install into the scratch folder.
    """
    from scaffold.commands import phases as command
    from scaffold.commands.phases_options import Options

    sys.exit(command.run(Options.of(options)))


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
        if completion.VARIABLE in os.environ:
            from scaffold.cli import shells

            shells.register()
        try:
            cli(prog_name=completion.PROGRAM, standalone_mode=False)
        finally:
            pipes.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        problem = Problem("nxc-scaffold", "interrupted", "Run the command again")
        _end(partial(_told, Interrupted(problem)), exit_code(Exit.INTERRUPTED))
    except click.ClickException as error:
        _end(error.show, Exit.BAD_INPUT)
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
