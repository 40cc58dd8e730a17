"""The question for the role of a part that another part needs."""

from __future__ import annotations

from collections.abc import Sequence

import questionary

from scaffold.asking.interview import BackError
from scaffold.base.errors import Interrupted, Problem
from scaffold.catalogue.entries import Need
from scaffold.terminal import asking

QUIT = "quit"


def ask_for_role(part: str, need: Need, roles: Sequence[str]) -> str:
    """Ask which role runs the part that ``part`` needs; the first of ``roles`` is the likely one.

    Raises:
        Interrupted: the user left; nothing was written.

    """
    wanted = " or ".join(need.parts)
    message = f"{part} needs {wanted}. Add {need.part} to which role?"
    help_lines = [f"{part} needs {wanted}: {need.why}."]
    try:
        chosen = asking.listed(
            lambda: questionary.select(message, [*roles, QUIT]), lambda: help_lines
        )
    except BackError:
        chosen = QUIT
    if chosen == QUIT:
        what = "you left; nothing was written"
        raise Interrupted(Problem(f"{part} needs {wanted}", what, "Run the command again"))
    return str(chosen)
