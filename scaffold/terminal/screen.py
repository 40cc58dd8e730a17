"""Shows menus, texts and lines to type in a terminal; the list is drawn in place and wiped after.

``Drawn`` is for eyes, ``scaffold.terminal.spoken.Spoken`` for screen readers and terminals that
cannot move their cursor; both are a ``Screen``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import questionary
from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.completion import Completer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.styles import Style

from scaffold.asking.interview import BackError
from scaffold.base.errors import Interrupted, Problem
from scaffold.terminal.menu import BACK, HELP, Answer, Explanation, Line, Menu
from scaffold.terminal.menu_state import MenuState
from scaffold.terminal.pager import Pager
from scaffold.terminal.wrapping import wrapped

Check = Callable[[str], bool | str]
STYLE = Style.from_dict(
    {
        "title": "bold",
        "dim": "fg:ansibrightblack",
        "group": "fg:ansibrightblack bold",
        "label": "fg:ansicyan",
        "pointer": "fg:ansigreen bold",
        "here": "bold",
        "tick": "fg:ansigreen",
        "refused": "fg:ansibrightblack",
        "problem": "fg:ansired",
        "filter": "fg:ansigreen bold",
        "key": "bold",
        "explanation": "",
        "added": "fg:ansigreen",
        "removed": "fg:ansired",
        "place": "fg:ansicyan",
    }
)
#: What questionary colours and thickens of a line, and a screen reader cannot say.
_UNADORNED = Style([(name, "noinherit") for name in ("qmark", "question", "answer", "text")])
#: Names of prompt_toolkit for the keys that menus know.
NAMED = {
    "up": "up",
    "down": "down",
    "c-p": "up",
    "c-n": "down",
    "pageup": "pageup",
    "pagedown": "pagedown",
    "home": "home",
    "end": "end",
    "enter": "enter",
    "c-j": "enter",  # what was typed before the screen was there
    "escape": "escape",
    "tab": "tab",
    "s-tab": "backtab",
    "backspace": "backspace",
    "delete": "delete",
}


@dataclass(frozen=True)
class Text:
    """A line to type. ``help`` is above it, ``check`` validates it; ``?`` shows ``explanation``.

    ``typed`` counts as typed by the user already; ``default`` does not, so that ``<`` and ``?``
    still are keys while it is untouched.
    """

    message: str
    default: str = ""
    check: Check = lambda _: True
    help: str = ""
    explanation: Explanation = lambda: ()
    completer: Completer | None = None
    typed: bool = False


class Screen(Protocol):
    """What the hub needs of a terminal."""

    def choose(self, menu: Menu) -> Answer:
        """Show a menu until a key ends it.

        Raises:
            Interrupted: the user pressed Ctrl-C, or there is nothing left to read.
        """

    def line(self, text: Text) -> str:
        """Ask for a line of text.

        Raises:
            BackError: the user wants to go back.
            Interrupted: as above.
        """

    def read(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Show styled lines to read."""


def interrupted() -> Interrupted:
    """Return what ends an interview on Ctrl-C."""
    return Interrupted(
        Problem("nxc-scaffold", "interrupted, nothing was written", "Run the command again")
    )


class Drawn:
    """Draws in place, in colour."""

    def choose(self, menu: Menu) -> Answer:
        """Show a menu until a key ends it."""
        return _run(MenuState(menu))

    def line(self, text: Text) -> str:
        """Ask for a line of text."""
        return ask_line(text, style=STYLE)

    def read(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Show lines to read."""
        _run(Pager(title, lines))


def _run(state: MenuState | Pager) -> Answer:
    """Draw a state and hand it the keys until it ends."""

    def drawn() -> StyleAndTextTuples:
        size = get_app().output.get_size()
        return joined(state.lines(size.columns, size.rows - 1))

    window = Window(FormattedTextControl(drawn, show_cursor=False), dont_extend_height=True)
    app: Application[Answer] = Application(
        layout=Layout(window),
        key_bindings=_keys(state.press),
        style=STYLE,
        erase_when_done=True,
    )
    app.ttimeoutlen = 0.05  # how long a lone escape waits for the rest of a sequence
    app.timeoutlen = 0.1
    try:
        return app.run()
    except (KeyboardInterrupt, EOFError) as error:
        raise interrupted() from error


def joined(lines: Sequence[Line]) -> StyleAndTextTuples:
    """Return lines as one formatted text."""
    found: StyleAndTextTuples = []
    for number, line in enumerate(lines):
        found += [("", "\n"), *line] if number else line
    return found


def _keys(press: Callable[[str], Answer | None]) -> KeyBindings:
    bindings = KeyBindings()

    def take(event: KeyPressEvent, key: str) -> None:
        answer = press(key)
        if answer is not None and not event.app.is_done:
            event.app.exit(result=answer)

    def named(name: str) -> Callable[[KeyPressEvent], None]:
        return lambda event: take(event, name)

    for key, name in NAMED.items():
        bindings.add(key)(named(name))

    @bindings.add(Keys.Any)
    def typed(event: KeyPressEvent) -> None:
        take(event, event.data)

    @bindings.add(Keys.BracketedPaste)
    def pasted(event: KeyPressEvent) -> None:
        for letter in event.data:
            take(event, letter)

    @bindings.add("c-c")
    @bindings.add("c-d")
    def left(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt())

    return bindings


class _Typing:
    """A line being typed: what is told above it, and whether it was touched."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._explains = False
        self._fault = ""

    def message(self) -> StyleAndTextTuples:
        size = get_app().output.get_size()
        told = [self._text.help] if self._text.help else []
        told += [*self._text.explanation()] if self._explains else []
        lines: list[Line] = [[("class:title", self._text.message)]]
        for words in told:
            lines += ([("class:dim", t)] for t in wrapped(f" {words}", size.columns - 1, " "))
        for line in wrapped(f" {self._fault}", size.columns - 1, " ") if self._fault else ():
            lines.append([("class:problem", line)])
        keys = " enter takes it, escape or < goes back, ? explains"
        return joined([*lines, [("class:dim", keys)], [("class:pointer", " > ")]])

    def bindings(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("enter")
        @keys.add("c-j")
        def take(event: KeyPressEvent) -> None:
            found = self._text.check(event.current_buffer.text.strip())
            if found is True:
                event.app.exit(result=event.current_buffer.text.strip())
            else:
                self._fault = str(found)

        @keys.add("escape", eager=True)
        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=BackError())

        @keys.add(BACK)
        def back_or_letter(event: KeyPressEvent) -> None:
            if self._untouched(event):
                event.app.exit(exception=BackError())
            else:
                event.current_buffer.insert_text(BACK)

        @keys.add(HELP)
        def help_or_letter(event: KeyPressEvent) -> None:
            if self._untouched(event):
                self._explains = not self._explains
            else:
                event.current_buffer.insert_text(HELP)

        return keys

    def _untouched(self, event: KeyPressEvent) -> bool:
        typed = event.current_buffer.text
        return not typed or (typed == self._text.default and not self._text.typed)


def ask_line(text: Text, style: Style | None, *, plain: bool = False) -> str:
    """Ask for a line of text; what is wrong with it is told above, whole.

    ``plain``: told line by line, with nothing that is drawn over.

    Raises:
        BackError: the user pressed escape, or ``<`` before anything else.
        Interrupted: the user pressed Ctrl-C.
    """
    try:
        return _plain_line(text) if plain else _session(text, style).prompt(default=text.default)
    except (KeyboardInterrupt, EOFError) as error:
        raise interrupted() from error


def _session(text: Text, style: Style | None) -> PromptSession[str]:
    typing = _Typing(text)
    return PromptSession(
        message=typing.message,
        key_bindings=typing.bindings(),
        completer=text.completer,
        style=style,
        erase_when_done=True,
        complete_while_typing=False,
    )


def _plain_line(text: Text) -> str:
    """Ask without keys of its own: ``<`` and ``?`` are whole lines, an empty one takes the default.

    A prefilled line would be read out letter by letter, so the default is told instead.
    """
    for line in (text.help, f"Now: {text.default}" if text.default else ""):
        if line:
            print_formatted_text(line)
    while True:
        question = questionary.text(
            f"{text.message}:",
            qmark="",
            style=_UNADORNED,
            completer=text.completer,
            complete_while_typing=False,
        )
        typed = str(question.unsafe_ask()).strip()
        if typed == BACK:
            raise BackError
        if typed == HELP:
            for line in text.explanation() or (text.help,):
                print_formatted_text(line)
            continue
        found = text.check(typed or text.default)
        if found is True:
            return typed or text.default
        print_formatted_text(str(found))
