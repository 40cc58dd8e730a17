"""The tokens of a Nix text with their places: enough to edit one list without disturbing a byte.

A string is one token whatever is interpolated in it. Comments and blanks are between the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPENING = frozenset({"{", "(", "[", "${"})
CLOSING = frozenset({"}", ")", "]"})

_BLANK = re.compile(r"(?:\s+|#[^\n]*|/\*.*?\*/)+", re.DOTALL)
_TOKEN = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]*:[a-zA-Z0-9%/?:@&=+$,_.!~*'-]+"  # a URI; also x:x, as for nix
    r"|[a-zA-Z0-9._+-]*(?:/[a-zA-Z0-9._+-]+)+/?"  # a path
    r"|~(?:/[a-zA-Z0-9._+-]+)+|<[a-zA-Z0-9._+-]+(?:/[a-zA-Z0-9._+-]+)*>"
    r"|[a-zA-Z_][a-zA-Z0-9_'-]*|\d+(?:\.\d*)?"
    r"|\$\{|\.\.\.|\+\+|//|->|==|!=|<=|>=|&&|\|\||.",
    re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of text from ``start`` up to ``end``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """Where nix says that an attribute is defined; line and column (in bytes) count from 1."""

    file: str
    line: int
    column: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a Nix text. What does not end (a string, a comment) ends with it."""
    return list(_tokens(text, 0, nested=False))


def _tokens(text: str, at: int, *, nested: bool) -> Iterator[Token]:
    """Yield tokens; when ``nested``, up to the brace that ends an interpolation."""
    depth = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        end = _end(text, at)
        token = Token(text[at:end], at, end)
        depth += (token.text in ("{", "${")) - (token.text == "}")
        yield token
        if nested and depth < 0:
            return
        at = end


def _end(text: str, at: int) -> int:
    if text[at] == '"':
        return _string_end(text, at + 1, '"')
    if text.startswith("''", at):
        return _string_end(text, at + 2, "''")
    match = _TOKEN.match(text, at)
    return match.end() if match else at + 1


def _string_end(text: str, at: int, quote: str) -> int:
    """Return the offset after a string, past what is interpolated and what is escaped."""
    escapes = ("\\",) if quote == '"' else ("''$", "'''", "''\\")
    while at < len(text):
        escape = next((each for each in escapes if text.startswith(each, at)), None)
        if escape:
            # \x and ''\x also swallow the next character
            at += len(escape) + (escape[-1] == "\\")
        elif text.startswith("$$", at):
            at += 2
        elif text.startswith("${", at):
            inside = list(_tokens(text, at + 2, nested=True))
            at = inside[-1].end if inside else len(text)
        elif text.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return len(text)
