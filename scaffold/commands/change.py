"""``nxc-scaffold change``: other answers for the project that the command is run in."""

from __future__ import annotations

from msgspec.structs import replace

from scaffold.answers.document import KEY
from scaffold.base.errors import InputError, Problem
from scaffold.commands import new
from scaffold.commands.options import Options
from scaffold.commands.project_folder import find, recorded

#: The flags of ``new`` that are about one composition, by their field.
OF_ONE = {
    "stack": "--stack",
    "drop_role": "--drop-role",
    "template": "--template",
    "template_ref": "--template-ref",
    "template_values": "--template-set",
}


def run(options: Options) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: there is no project, or a flag is not for one like it.

    """
    options = replace(options, directory=find(options.directory), shown_as="change")
    assert options.directory is not None  # noqa: S101 - it was found
    layer = recorded(options.directory)
    given = [flag for name, flag in OF_ONE.items() if getattr(options, name)]
    if given and KEY in layer.answers:
        what = "is for a project of one composition, and this one has several"
        remedy = "Change one of them with --set compositions.NAME.KEY=VALUE"
        raise InputError(*(Problem(flag, what, remedy) for flag in given))
    return new.run(options)
