"""How a prompt is put: help on ``?``, back on ``<``, Ctrl-C ends the command.

In a list the two are keys; in a line of text they are the whole answer, since both may well be a
part of a description.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import questionary
from prompt_toolkit.completion import Completer, PathCompleter
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

from scaffold.asking.interview import BackError
from scaffold.base.errors import Interrupted, Problem
from scaffold.terminal import looks

HELP, BACK = "?", "<"
MARK = 6  # columns that a list takes before the text of an item, and one after it
Check = Callable[[str], bool | str]
Lines = Callable[[], Sequence[str]]


def note(lines: Sequence[str], indent: int = 2) -> None:
    """Print lines of help, wrapped to the terminal."""
    width = min(shutil.get_terminal_size().columns, 96)
    margin = " " * indent
    for line in lines:
        own = margin + line[: len(line) - len(line.lstrip())]
        wrapped = textwrap.fill(line, width, initial_indent=margin, subsequent_indent=own + "  ")
        looks.tell(wrapped, "fg:ansibrightblack")


def rows(entries: Mapping[str, str]) -> dict[str, str]:
    """Return names with their descriptions as rows of a list, each on one line of the terminal."""
    room = shutil.get_terminal_size().columns - MARK - looks.wider()
    width = max(map(len, entries), default=0) + 2
    texts = {name: f"{name:<{width}}{text}" for name, text in entries.items()}
    return {n: t if len(t) <= room else f"{t[: room - 1]}…" for n, t in texts.items()}


def _answer(prompt: questionary.Question) -> Any:
    try:
        return prompt.unsafe_ask()
    except (KeyboardInterrupt, EOFError) as error:
        problem = Problem("the question", "interrupted, nothing was written", "Run it again")
        raise Interrupted(problem) from error


def _until_answered(make: Callable[[], questionary.Question], explain: Lines) -> Any:
    while True:
        answer = _answer(looks.as_wanted(make()))
        if answer == BACK:
            raise BackError
        if answer != HELP:
            return answer
        note(explain())


def listed(make: Callable[[], questionary.Question], explain: Lines) -> Any:
    """Ask for a choice from a list.

    Raises:
        BackError: the user pressed ``<``.
        Interrupted: the user pressed Ctrl-C.
    """
    return _until_answered(lambda: _with_keys(make()), explain)


def _with_keys(prompt: questionary.Question) -> questionary.Question:
    keys = KeyBindings()

    def leave(event: KeyPressEvent) -> None:
        event.app.erase_when_done = True
        event.app.exit(result=event.data)

    keys.add(HELP)(leave)
    keys.add(BACK)(leave)
    own = prompt.application.key_bindings
    prompt.application.key_bindings = merge_key_bindings([own, keys] if own else [keys])
    return prompt


def line(
    message: str,
    default: str,
    check: Check,
    explain: Lines,
    completer: Completer | None = None,
) -> str:
    """Ask for a line of text; ``check`` is the question's own validator.

    Raises:
        BackError: the user answered ``<``.
        Interrupted: the user pressed Ctrl-C.
    """

    def make() -> questionary.Question:
        return questionary.text(
            message,
            default=default,
            validate=lambda typed: typed.strip() in (HELP, BACK) or check(typed),
            completer=completer,
        )

    return str(_until_answered(make, explain)).strip()


def confirm(message: str, *, default: bool, explain: Lines) -> bool:
    """Ask for a yes or a no; raises as ``listed`` does."""
    return bool(listed(lambda: questionary.confirm(message, default=default), explain))


def paths() -> Completer:
    """Return a completer of file names."""
    return PathCompleter(expanduser=True)
