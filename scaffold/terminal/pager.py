"""A text that fills the terminal, to read. Knows no terminal, as ``menu`` does not."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.base.errors import printable
from scaffold.terminal.menu import BACK, Answer, Key, Line
from scaffold.terminal.wrapping import shortened


class Pager:
    """A text to read, line by line; the same two methods as ``MenuState`` has."""

    def __init__(
        self, title: str, lines: Sequence[tuple[str, str]], *, keys: tuple[Key, ...] = ()
    ) -> None:
        self._title, self._texts, self._keys = title, list(lines), keys
        self._top = 0
        self._height = 10

    def press(self, key: str) -> Answer | None:
        """Take one key: the arrows move, `<` and enter end it."""
        moves = {"up": -1, "down": 1, "pageup": -self._height, "pagedown": self._height,
                 " ": self._height, "home": -len(self._texts), "end": len(self._texts)}  # fmt: skip
        if key in moves:
            most = max(len(self._texts) - self._height, 0)
            self._top = max(0, min(self._top + moves[key], most))
        elif key in (BACK, "escape", "enter", "q"):
            return Answer(BACK, "")
        elif key in {k.key for k in self._keys}:
            return Answer(key, "")
        return None

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the piece that has room; long lines are cut at the edge."""
        self._height = max(height - 3, 1)
        end = self._top + self._height
        piece = self._texts[self._top : end]
        told = f" lines {self._top + 1} to {min(end, len(self._texts))} of {len(self._texts)}"
        keys = "".join(f"  {k.key} {k.does}" for k in self._keys)
        return [
            [("class:title", shortened(self._title, width - 1))],
            *([(style, printable(text)[: width - 1])] for style, text in piece),
            [("class:dim", told)],
            [("class:dim", f" arrows and space move{keys}  < goes back")],
        ]
