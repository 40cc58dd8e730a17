"""Editors of the compositions of a project that has several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scaffold.answers.project import check_name
from scaffold.answers.shared import of_one_and_shared, with_shared
from scaffold.asking.interview import BackError
from scaffold.terminal.menu import BACK, Item, Menu
from scaffold.terminal.project_editors import Editing, text
from scaffold.terminal.screen import Text

#: Asks for a start and returns its answers.
Restart = Callable[[], Mapping[str, Any]]


def add(editing: Editing, restart: Restart) -> str:
    """Ask for a start and a name, and add that composition; return its name.

    Raises:
        BackError: the user went back.
    """
    answers = restart()
    started = str(answers.get("started_from") or answers.get("name") or "")
    name = _name(editing, _free(started, editing))
    return _put(editing, name, answers)


def _put(editing: Editing, name: str, answers: Mapping[str, Any]) -> str:
    """Give a composition its answers, and the project what they say about all; return the name.

    Where the project and they differ, the project's stay, and the user is told.
    """
    of_one, wanted = of_one_and_shared(answers)
    shared, differ = with_shared(editing.state.raw, wanted)
    if differ:
        title = f"What {name} starts from says other things of the whole project"
        editing.screen.read(title, [("", line) for line in differ])
    editing.state.add_member(name, of_one, shared)
    return name


def duplicate(editing: Editing, member: str) -> str:
    """Add a composition like another one; return its name."""
    name = _free(member, editing)
    editing.state.add_member(name, editing.state.answers_of(member))
    return name


def _free(wanted: str, editing: Editing) -> str:
    stem = "".join(c for c in wanted.lower() if c.isascii() and c.isalnum()).lstrip("0123456789")
    stem = stem or "lab"
    names = (stem, *(f"{stem}{number}" for number in range(2, 100)))
    return next((n for n in names if n not in editing.state.members and not check_name(n)), "")


def _name(editing: Editing, now: str, old: str = "") -> str:
    taken = [name for name in editing.state.members if name != old]

    def check(typed: str) -> bool | str:
        if not typed:
            return "Give a name."
        if typed in taken:
            return f"There is a composition {typed!r} already. Choose another name."
        fault = check_name(typed)
        return f"{typed!r} {fault}" if fault else True

    hint = "Its folder and its attribute in the flake: small letters, digits, - and _."
    return editing.screen.line(Text("Name of the composition", now, check, hint))


def edit(editing: Editing, member: str, restart: Restart) -> str:
    """Show what a composition has beside roles and options, until the user goes back.

    Returns the composition's name, which may have changed.
    """
    state, cursor = editing.state, "name"
    while True:
        of_one = state.answers_of(member)
        here = Editing(editing.screen, state, {**editing.filled, **of_one}, member)
        items = (
            Item("name", member, label="name"),
            Item("description", str(of_one.get("description") or ""), label="description"),
            Item("stack", str(of_one.get("started_from") or "none"), label="stack"),
        )
        answer = editing.screen.choose(Menu(f"Composition {member}", items, cursor=cursor))
        if answer.key == BACK:
            return member
        cursor = answer.id
        try:
            if answer.id == "name":
                new = _name(editing, member, member)
                state.rename_member(member, new)
                member = new
            elif answer.id == "description":
                text(here, "description")
            else:
                answers = restart()
                _put(editing, member, answers)
        except BackError:
            continue
