"""How what is drawn looks: the styles of prompt_toolkit, and lines as one formatted text."""

from __future__ import annotations

from collections.abc import Sequence

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.styles import Style

from scaffold.terminal.menu import Line

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


def joined(lines: Sequence[Line]) -> StyleAndTextTuples:
    """Return lines as one formatted text."""
    found: StyleAndTextTuples = []
    for number, line in enumerate(lines):
        found += [("", "\n"), *line] if number else line
    return found
