"""A screen for eyes: menus and texts are drawn in place, in colour, and wiped afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window

from scaffold.terminal.menu import Answer, Menu
from scaffold.terminal.menu_state import MenuState
from scaffold.terminal.pager import Pager
from scaffold.terminal.screen import Text, interrupted
from scaffold.terminal.styles import STYLE, joined
from scaffold.terminal.typed_line import ask_line

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
