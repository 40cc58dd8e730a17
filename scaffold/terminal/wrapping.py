"""Text on lines of a width: letters that take two columns are counted, and no word is broken."""

from __future__ import annotations

from prompt_toolkit.utils import get_cwidth

from scaffold.base.errors import printable

LEAST = 20  # columns that a text gets at least, however wide what stands before it is


def cells(text: str) -> int:
    """Return how many columns a text takes."""
    return get_cwidth(text)


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to a number of columns."""
    return text + " " * (width - cells(text))


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return a text on lines of a width; only a word that is longer than a line is broken.

    The standard library's ``textwrap`` counts letters, and some take two columns.
    """
    text = printable(text).rstrip()
    if cells(text) <= width:
        return [text]
    margin = text[: len(text) - len(text.lstrip())]
    room = max(width - cells(margin), LEAST // 2)
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line.strip() else line + word
        if cells(longer) > room and line.strip():
            lines.append(line)
            longer = indent + word
        while cells(longer) > room:
            end = next(n for n in range(len(longer), -1, -1) if cells(longer[:n]) <= room)
            lines.append(longer[:end])
            longer = indent + longer[end:]
        line = longer
    return [margin + one for one in (*lines, line)]


def shortened(text: str, width: int) -> str:
    """Return a text that fits a width, cut after a word where it does not."""
    text = printable(text).replace("\n", " ")
    if cells(text) <= width:
        return text
    return f"{wrapped(text, width - 2)[0]} …"
