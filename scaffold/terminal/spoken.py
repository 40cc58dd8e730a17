"""The same menus as text: numbered lists and a line to type, for screen readers and dumb terminals.

Nothing is drawn over, nothing depends on colour or position. What a key does on the drawn screen is
typed with the number of the entry: ``3`` takes it, ``d 3`` presses d on it, ``? 3`` explains it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prompt_toolkit import print_formatted_text
from prompt_toolkit.application import get_app_session

from scaffold.asking.interview import BackError
from scaffold.base.errors import printable
from scaffold.terminal.menu import BACK, DIGIT, HELP, Answer, Item, Key, Menu, narrowed
from scaffold.terminal.screen import Text
from scaffold.terminal.typed_line import ask_line
from scaffold.terminal.wrapping import wrapped

_NUMBERED = re.compile(r"(?P<key>\S*?)\s*(?P<number>\d+)|(?P<alone>\S+)")


class Spoken:
    """Reads menus out."""

    def choose(self, menu: Menu) -> Answer:
        """Read a menu and take typed lines until one ends it."""
        shown = list(menu.items)
        ticked = list(menu.ticked or ())
        self._read_out(menu, shown, ticked)
        while True:
            try:
                typed = ask_line(Text("Your choice"), style=None, plain=True)
            except BackError:
                typed = BACK
            if not typed and menu.ticked is not None:
                if len(ticked) >= menu.least:
                    return Answer("enter", shown[0].id if shown else "", tuple(ticked))
                _say(f"Choose at least {menu.least}.")
                continue
            answer = self._taken(typed, menu, shown, ticked)
            if answer is not None:
                return answer

    def _taken(self, typed: str, menu: Menu, shown: list[Item], ticked: list[str]) -> Answer | None:
        """Do what a line says; return the answer when it ends the menu."""
        found = _NUMBERED.fullmatch(typed)
        number = int(found["number"]) if found and found["number"] else 0
        if number > len(shown):
            _say(f"There is no number {number}.")
            return None
        item = shown[number - 1] if number else None
        key = ((found["key"] or "enter") if number else found["alone"]) if found else ""
        here = item or next((i for i in menu.items if i.id == menu.cursor), None)
        known = {k.key for k in (*menu.keys, *(item.keys if item else ()))} - {DIGIT, "enter"}
        if key == BACK:
            return Answer(BACK, here.id if here else "", tuple(ticked))
        if key == HELP:
            self._explain(item, menu)
        elif key == "enter" and item is not None:
            return self._enter(item, menu, ticked)
        elif key in known:
            return Answer(key, here.id if here else "", tuple(ticked))
        elif menu.filters and typed:
            shown[:] = narrowed(menu.items, typed) or list(menu.items)
            self._read_out(menu, shown, ticked)
        else:
            _say(f"{typed!r} is none of these.")
            _say(_keys(menu, shown))
        return None

    def _enter(self, item: Item, menu: Menu, ticked: list[str]) -> Answer | None:
        if item.refused and item.id not in ticked:
            _say(f"{item.head or item.id} cannot be chosen: {item.refused}")
        elif menu.ticked is None:
            return Answer("enter", item.id)
        elif item.id in ticked:
            ticked.remove(item.id)
            _say(f"{item.head or item.id} is not chosen any more")
        else:
            ticked.append(item.id)
            _say(f"{item.head or item.id} is chosen")
        return None

    def _explain(self, item: Item | None, menu: Menu) -> None:
        if item is None:
            _say(_keys(menu, menu.items))
        for line in item.explanation() if item else ():
            _say(line)

    def _read_out(self, menu: Menu, shown: Sequence[Item], ticked: Sequence[str]) -> None:
        _say(menu.title)
        for line in menu.intro:
            _say(line)
        group = ""
        for number, item in enumerate(shown, 1):
            if item.group != group:
                group = item.group
                _say(f"{group}:")
            chosen = ", chosen" if item.id in ticked else ""
            _say(f"{number}. {item.spoken}{chosen}")
            for problem in item.problems:
                _say(f"problem at {number}: {problem}")
        for line in menu.told:
            _say(line)
        _say(_keys(menu, shown))

    def line(self, text: Text) -> str:
        """Ask for a line of text."""
        return ask_line(text, style=None, plain=True)

    def read(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Print lines to read."""
        _say(title)
        for _, text in lines:  # a file: its lines stay as they are
            print_formatted_text(printable(text))


def _keys(menu: Menu, shown: Sequence[Item]) -> str:
    listed: dict[Key, None] = {}
    for item in shown:
        listed.update(dict.fromkeys(item.keys))
    told = [
        "a number to choose" if menu.ticked is None else "numbers to choose or leave, one by one"
    ]
    told += ["an empty line when done"] if menu.ticked is not None else []
    told += [f"{k.key} and a number: {k.does}" for k in listed if k.key != DIGIT]
    told += [f"{k.key}: {k.does}" for k in menu.keys if k.key != "enter"]
    told += ["a word to narrow the list"] if menu.filters else []
    return f"Type {'; '.join([*told, '? and a number: explains', '<: goes back'])}."


def _say(text: str) -> None:
    """Print a text; where it is longer than a line of the terminal, no word of it is broken."""
    for line in wrapped(text, get_app_session().output.get_size().columns):
        print_formatted_text(line)
