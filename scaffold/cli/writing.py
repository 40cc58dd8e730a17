"""The flags of the commands that write a project."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from pathlib import Path

import click

from scaffold.answers.flags import FLAGS
from scaffold.base.errors import InputError, Problem
from scaffold.cli import completion
from scaffold.cli.flags import plain_flag

Command = Callable[..., None]

conflict_flags = (
    click.option(
        "--force",
        is_flag=True,
        help="Overwrite files in conflict: your edits in them are lost. Write deleted ones again.",
    ),
    click.option(
        "--keep",
        is_flag=True,
        help="Keep files in conflict as they are: what is new in them is left out.",
    ),
    click.option(
        "--conflict",
        type=click.Choice(["mine", "theirs", "markers"]),
        help="Where you and the templates changed the same lines: yours, the new ones, or both "
        "between markers. All else is merged.",
    ),
)

_ASKING = (
    click.option("--resume", is_flag=True, help="Go on with the interview that was interrupted."),
    click.option(
        "--defaults", is_flag=True, help="Take the recommended answer to every other question."
    ),
)

_OUTPUT = (
    click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing."),
    click.option("--diff", is_flag=True, help="Print the changes as a unified diff."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    plain_flag,
    click.option("-v", "--verbose", is_flag=True, help="Print every command that is run."),
)

_CHECKING = (
    click.option("--no-check", is_flag=True, help="Do not check what was written."),
    click.option(
        "--no-flake-check", is_flag=True, help="Only the quick checks: nothing that needs nixpkgs."
    ),
    click.option(
        "--no-git", is_flag=True, help="Neither `git init` nor `git add --intent-to-add`."
    ),
    click.option(
        "--override-input",
        "override_inputs",
        multiple=True,
        metavar="NAME=REF",
        help="Check with this flake in the place of an input.",
    ),
    click.option("--offline", is_flag=True, help="Let nix use only what is on this machine."),
    click.option(
        "--nix-option",
        "nix_options",
        multiple=True,
        metavar="NAME=VALUE",
        help="Pass `--option NAME VALUE` to nix.",
    ),
)


_WRITING = (*conflict_flags, *_CHECKING)


def writing_flags(command: Command) -> Command:
    """Add the flags that say how to ask, write, check and report."""
    return _with(command, (*_ASKING, *_WRITING, *_OUTPUT))


def rewriting_flags(command: Command) -> Command:
    """Add the flags that say how to write, check and report what needs no interview."""
    return _with(command, (*_WRITING, *_OUTPUT))


def checking_flags(command: Command) -> Command:
    """Add the flags that say how to check and report what nobody has to decide about."""
    return _with(command, (*_CHECKING, *_OUTPUT))


def output_flags(command: Command) -> Command:
    """Add the flags that say what is told."""
    return _with(command, _OUTPUT)


def _with(command: Command, flags: Sequence[Callable[[Command], Command]]) -> Command:
    for flag in reversed(flags):
        command = flag(command)
    return command


folder_argument = click.argument(
    "directory",
    required=False,
    type=click.Path(path_type=Path),
    metavar="[DIR]",
    shell_complete=completion.folder,
)


def answers_flag(text: str) -> Callable[[Command], Command]:
    """Return what adds ``--answers``, with its help."""
    file = click.Path(path_type=Path)
    return click.option("--answers", "answers_file", type=file, metavar="FILE", help=text)


def drop_role_flag(text: str, roles: completion.Callback) -> Callable[[Command], Command]:
    """Return what adds ``--drop-role``, with its help and what completes it."""
    return click.option(
        "--drop-role", multiple=True, metavar="NAME", help=text, shell_complete=roles
    )


def stack_flag(text: str) -> Callable[[Command], Command]:
    """Return what adds ``--stack``, which is given once."""

    def once(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> str | None:
        if len(given) > 1:
            remedy = f"Give one of them, and add the other: nxc-scaffold add {given[-1]}"
            raise InputError(Problem("--stack", f"is given twice ({', '.join(given)})", remedy))
        return given[0] if given else None

    return click.option(
        "--stack",
        metavar="STACK",
        help=text,
        multiple=True,
        callback=once,
        shell_complete=completion.stacks,
    )


def answer_flags(keys: Container[str] | None = None, **help_texts: str) -> Callable[..., Command]:
    """Return what adds the flags of questions: of all, or of those with these keys, in order."""

    def add(command: Command) -> Command:
        for flag in (f for f in reversed(FLAGS) if keys is None or f.key in keys):
            command = click.option(
                flag.flag,
                flag.key,
                metavar=flag.metavar,
                help=help_texts.get(flag.key, flag.help),
                multiple=flag.repeatable,
                shell_complete=completion.QUESTIONS.get(flag.key),
            )(command)
        return command

    return add
