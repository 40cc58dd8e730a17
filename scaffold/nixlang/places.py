"""Offsets in a Nix file as lines and columns, and back."""

from __future__ import annotations


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of an offset; both count from 1, the column in characters.

    A line ends with a newline alone, so that a file with CRLF has the same lines as one with LF.
    """
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def offset_of(text: str, line: int, column: int) -> int | None:
    """Return the offset of a place as nix gives it, its column in bytes; None when there is none.

    The text may hold bytes that are no UTF-8 as ``surrogateescape`` gives them.
    """
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return None
    end = text.find("\n", start)
    row = text[start : end if end >= 0 else len(text)]
    before = row.encode("utf-8", "surrogateescape")[: column - 1]
    if len(before) != column - 1:
        return None
    return start + len(before.decode("utf-8", "surrogateescape"))
