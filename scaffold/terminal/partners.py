"""The question for the role of a part that another part needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from scaffold.base.errors import Interrupted, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.services import Need
from scaffold.report import help_texts
from scaffold.terminal.menu import BACK, Item, Key, Menu
from scaffold.terminal.screens import screen


def ask_for_role(
    part: str, need: Need, roles: Mapping[str, Sequence[str] | None], catalog: Catalog
) -> str:
    """Ask which role runs the part that ``part`` needs; the first of ``roles`` is the likely one.

    ``roles`` has the parts of each, None for one that would be new.

    Raises:
        Interrupted: the user left; nothing was written.

    """
    wanted = " or ".join(need.parts)
    title = f"{part} needs {wanted}: {need.why}. Add {need.part} to which role?"
    told = partial(help_texts.part, catalog.parts[need.part])
    items = tuple(
        Item(role, "a new role" if parts is None else " ".join(parts), role, explanation=told)
        for role, parts in roles.items()
    )
    answer = screen().choose(Menu(title, items, (Key("q", "quits, nothing is written"),)))
    if answer.key in (BACK, "q"):
        what = "you left; nothing was written"
        raise Interrupted(Problem(f"{part} needs {wanted}", what, "Run the command again"))
    return answer.id
