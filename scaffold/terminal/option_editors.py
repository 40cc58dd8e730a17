"""Editors of options of services and parts: a list of what may be chosen, or a line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from scaffold.asking.interview import BackError
from scaffold.catalogue.values import of_option
from scaffold.report import help_texts
from scaffold.terminal.menu import BACK, Item, Key, Menu
from scaffold.terminal.project_editors import Editing, valid
from scaffold.terminal.project_options import Option, shown
from scaffold.terminal.project_rows import option_row
from scaffold.terminal.screen import Text


def option(editing: Editing, wanted: Option) -> None:
    """Ask for the value of one option."""
    value = _value(editing, wanted)
    editing.state.set_option(wanted, value, editing.member)


def _value(editing: Editing, wanted: Option) -> object:
    spec, name = wanted.spec, wanted.key + (f" of {wanted.role}" if wanted.role else "")
    if spec.type in ("choice", "bool"):
        meanings = _meanings(wanted)
        items = tuple(Item(key, told, key) for key, told in meanings.items())
        intro = (spec.help, *((f"Yes means: {spec.consent}.",) if spec.consent else ()))
        keys = (Key("y", "yes"), Key("n", "no")) if spec.type == "bool" else ()
        answer = editing.screen.choose(
            Menu(name, items, keys, cursor=shown(wanted.value), intro=intro, wraps=True)
        )
        if answer.key == BACK:
            raise BackError
        if spec.type == "bool":
            return answer.key == "y" or (answer.key == "enter" and answer.id == "yes")
        return answer.id
    typed = editing.screen.line(
        Text(
            name,
            "" if wanted.value in ("", []) else shown(wanted.value),
            lambda line: valid(partial(of_option, spec, line)),
            spec.help,
            lambda: help_texts.option(spec)[1:],
        )
    )
    found: object = of_option(spec, typed)
    return found


def _meanings(wanted: Option) -> dict[str, str]:
    if wanted.spec.type == "choice":
        return help_texts.choices(wanted.spec)
    if wanted.spec.consent:
        return {"yes": "I agree", "no": "I do not: nothing is written"}
    usual = help_texts.value(wanted.spec.default)
    return {word: "as usual" if word == usual else "" for word in ("yes", "no")}


def options(editing: Editing, only: Callable[[Option], bool] = lambda _: True) -> None:
    """Show every option; the chosen one is asked for, until the user goes back."""
    cursor = ""
    while True:
        every = [o for o in editing.state.options(editing.member) if only(o)]
        items = tuple(option_row(one, editing.member) for one in every)
        title = "Options of the chosen parts"
        answer = editing.screen.choose(Menu(title, items, cursor=cursor, filters=True))
        if answer.key == BACK or not items:
            return
        cursor = answer.id
        chosen = next(o for o, item in zip(every, items, strict=True) if item.id == answer.id)
        try:
            option(editing, chosen)
        except BackError:
            continue
