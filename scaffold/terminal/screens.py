"""Which screen a run has: drawn, or spoken."""

from __future__ import annotations

from scaffold.terminal import looks
from scaffold.terminal.drawn import Drawn
from scaffold.terminal.screen import Screen
from scaffold.terminal.spoken import Spoken


def screen() -> Screen:
    """Return the screen that the user wants, or the one that the terminal is able to show."""
    return Spoken() if looks.plain() else Drawn()
