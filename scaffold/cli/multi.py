"""The command for several compositions in one flake."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from scaffold.answers.flags import COMPOSITIONS, PROJECT
from scaffold.base.errors import InputError, Problem
from scaffold.cli import completion
from scaffold.cli.flags import catalogue_flag
from scaffold.cli.grouped_flags import Command
from scaffold.cli.writing import answer_flags, answers_flag, folder_argument, writing_flags

#: The questions that are asked once for all compositions.
SHARED = (
    "name",
    "description",
    "release",
    "flavours",
    "default_flavour",
    "pins",
    "packages_from",
    "extras",
    "kept",
    "variants",
)
_OF_ONE = "is about one composition"
_BELOW = "Write {} in an answers file, or give --set compositions.NAME.{}=…"
_ONE_TEMPLATE = "makes the files of one composition, and several share a flake"
#: The flags of `new` that this command has not: why, and what to do.
REFUSED = {
    "--stack": (_OF_ONE, "Give --composition NAME=STACK for each"),
    "--role": (_OF_ONE, _BELOW.format("[compositions.NAME.roles.ROLE]", "roles.ROLE.count")),
    "--drop-role": (_OF_ONE, "Write its roles below [compositions.NAME.roles] in an answers file"),
    "--template": (_ONE_TEMPLATE, "Make each with `new --template`, or leave it out"),
    "--template-ref": (_ONE_TEMPLATE, "Make each with `new --template`, or leave it out"),
    "--template-set": (_ONE_TEMPLATE, "Make each with `new --template`, or leave it out"),
    "--trust": (_ONE_TEMPLATE, "Make each with `new --template`, or leave it out"),
}


def _refused_flags(command: Callable[..., None]) -> Callable[..., None]:
    def refuse(_: click.Context, param: click.Parameter, given: str | bool | None) -> None:
        if given:
            raise InputError(Problem(param.opts[0], *REFUSED[param.opts[0]]))

    for flag in REFUSED:
        command = click.option(
            flag, is_flag=flag == "--trust", hidden=True, expose_value=False, callback=refuse
        )(command)
    return command


@click.command(cls=Command)
@folder_argument
@click.option(
    COMPOSITIONS.flag,
    COMPOSITIONS.key,
    multiple=True,
    metavar=COMPOSITIONS.metavar,
    help=COMPOSITIONS.help,
    shell_complete=completion.compositions,
)
@answers_flag("Take answers from a file, with a table [compositions.NAME] for each composition.")
@catalogue_flag
@answer_flags(
    (*SHARED, "options"),
    name=PROJECT.help,
    options="Any key of the answers file, such as compositions.hpc.roles.node.count=4.",
)
@writing_flags
@_refused_flags
def multi(**options: object) -> None:
    """Create several compositions in DIR that share one flake.

    They have the same release and flavours; each has a folder and a test script of its own, and is
    built by `nxc build -C NAME -f FLAVOUR`. Asks in a terminal, as `new` does; without one, what
    is not given is recommended, but for the compositions.
    """
    from scaffold.commands import new as command
    from scaffold.commands.options import Options

    sys.exit(command.run(Options.of({**options, "command": "multi"})))


COMMANDS = (multi,)
