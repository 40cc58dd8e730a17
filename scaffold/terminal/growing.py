"""Answers that grow while a screen is shown, with those before each change. Knows no terminal."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Answers = dict[str, Any]


class Growing:
    """The answers that somebody decided; every change gives new ones, and can be taken back."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw: Answers = copy.deepcopy(dict(raw))
        self._before: list[Answers] = []

    def replace(self, raw: Mapping[str, Any]) -> None:
        """Put other answers in the place of all of them."""
        if raw != self.raw:
            self._before.append(self.raw)
            self.raw = copy.deepcopy(dict(raw))

    def give(self, **answers: object) -> None:
        """Give some answers; None takes one away, so that the recommended one counts."""
        merged = {**self.raw, **answers}
        self.replace({key: value for key, value in merged.items() if value is not None})

    def undo(self) -> bool:
        """Take the last change back; say whether there was one."""
        if not self._before:
            return False
        self.raw = self._before.pop()
        return True
