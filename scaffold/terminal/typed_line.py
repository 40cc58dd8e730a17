"""A line that is typed in a terminal: checked when it is taken, and its faults told above it."""

from __future__ import annotations

import questionary
from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style

from scaffold.asking.interview import BackError
from scaffold.terminal.menu import BACK, HELP, Line
from scaffold.terminal.screen import Text, interrupted
from scaffold.terminal.styles import joined
from scaffold.terminal.wrapping import wrapped

#: What questionary colours and thickens of a line, and a screen reader cannot say.
_UNADORNED = Style([(name, "noinherit") for name in ("qmark", "question", "answer", "text")])


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
