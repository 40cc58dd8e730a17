"""The question for the role of a part that another part needs."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.base.errors import Interrupted, Problem
from scaffold.catalogue.entries import Need
from scaffold.terminal.menu import BACK, Item, Key, Menu
from scaffold.terminal.screens import screen


def ask_for_role(part: str, need: Need, roles: Sequence[str]) -> str:
    """Ask which role runs the part that ``part`` needs; the first of ``roles`` is the likely one.

    Raises:
        Interrupted: the user left; nothing was written.

    """
    wanted = " or ".join(need.parts)
    title = f"{part} needs {wanted}: {need.why}. Add {need.part} to which role?"
    items = tuple(Item(role, head=role) for role in roles)
    answer = screen().choose(Menu(title, items, (Key("q", "quits, nothing is written"),)))
    if answer.key in (BACK, "q"):
        what = "you left; nothing was written"
        raise Interrupted(Problem(f"{part} needs {wanted}", what, "Run the command again"))
    return answer.id
