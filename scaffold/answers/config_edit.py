"""Setting and removing a key of the user's config; every other byte of the file stays. Pure."""

from __future__ import annotations

import re
import tomllib

from scaffold.nixlang import quote

#: A comment behind a value; ``#`` inside a string is none.
_COMMENT = re.compile(r"""(?:[^#"']|"(?:[^"\\]|\\.)*"|'[^']*')*?(\s*#.*)""")


def with_key(text: str, key: str, value: object) -> str:
    """Return a TOML document with a key at its top set to ``value``; None removes the key.

    The comment behind a value on one line stays with it.
    """
    lines = text.splitlines(keepends=True)
    span = _span(lines, key)
    new = "" if value is None else quote.toml_document({key: value})
    if span is None:
        end = next((i for i, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
        before = "".join(lines[:end])
        gap = "\n" if before and not before.endswith("\n") else ""
        return before + gap + new + "".join(lines[end:])
    first, last = span
    comment = _COMMENT.fullmatch(lines[first].rstrip("\n")) if last == first + 1 else None
    if comment and new.count("\n") == 1:
        new = new.rstrip("\n") + comment[1] + "\n"
    return "".join([*lines[:first], new, *lines[last:]])


def _span(lines: list[str], key: str) -> tuple[int, int] | None:
    """Return the first line of a key at the top of a document, and the line behind its last."""
    head = re.compile(rf"\s*(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')\s*=")
    for first, line in enumerate(lines):
        if line.lstrip().startswith("["):
            return None
        if not head.match(line):
            continue
        for last in range(first + 1, len(lines) + 1):
            try:
                tomllib.loads("".join(lines[first:last]))
            except tomllib.TOMLDecodeError:  # a list over several lines
                continue
            return first, last
    return None
