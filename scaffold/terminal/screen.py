"""What the hub needs of a terminal: menus to choose from, lines to type, texts to read.

``scaffold.terminal.drawn.Drawn`` is a screen for eyes, ``scaffold.terminal.spoken.Spoken`` one for
screen readers and for terminals that cannot move their cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from prompt_toolkit.completion import Completer

from scaffold.base.errors import Interrupted, Problem
from scaffold.terminal.menu import Answer, Explanation, Menu

Check = Callable[[str], bool | str]


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
