"""The words of a Nix file and their places.

Comments and blanks are skipped. A string is no single word: its text and the words of the
expressions in it are given one after the other.

The patterns are those of Nix's own lexer (``src/libexpr/lexer.l``); as there, the longest match
counts, which is what makes ``a:b`` an address and ``a/b`` a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CHARS = r"[A-Za-z0-9._+\-]"
_KINDS = (
    ("search path", re.compile(rf"<{_CHARS}+(?:/{_CHARS}+)*>")),
    ("path", re.compile(rf"(?:~|{_CHARS}*)(?:/{_CHARS}+)+/?|(?:~|{_CHARS}*)/(?=\$\{{)")),
    ("uri", re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9%/?:@&=+$,\-_.!~*']+")),
    ("float", re.compile(r"(?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")),
    ("int", re.compile(r"[0-9]+")),
    ("name", re.compile(r"[A-Za-z_][A-Za-z0-9_'\-]*")),
    ("string", re.compile(r"\"|''")),
    (
        "symbol",
        re.compile(r"\.\.\.|\$\{|==|!=|<=|>=|&&|\|\||->|//|\+\+|\|>|<\||[-+*/<>=!?:;,.@(){}\[\]]"),
    ),
)
#: Names and symbols that cannot be the beginning of anything longer: most words of a file.
_PLAIN = re.compile(r"([A-Za-z_][A-Za-z0-9_'\-]*)(?=[ \t\r\n;={}()\[\],@?#])|[;{}()\[\],@?]")
_COMMENT = re.compile(r"#[^\r\n]*|/\*.*?\*/", re.DOTALL)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r"(?:[^\"\\$]|\\.|\$(?!\{))*", re.DOTALL)
_INDENTED = re.compile(r"(?:[^'$]|'(?!')|'''|''\$|''\\.|\$(?!\{))*", re.DOTALL)
_PATH_REST = re.compile(r"[A-Za-z0-9._+/\-]*")


class NixSyntaxError(Exception):
    """A text is not Nix: ``message`` says what is wrong, ``line`` where; it counts from 1."""

    def __init__(self, text: str, place: int, message: str) -> None:
        self.line = text.count("\n", 0, place) + 1
        self.message = message
        super().__init__(f"line {self.line}: {message}")


class Token(NamedTuple):
    """A word: its kind, its text and its place."""

    kind: str
    text: str
    start: int
    end: int


class Lexer:
    """Gives the words one by one; ``last`` is where the last one given ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last = 0
        self._ahead: list[Token] = []

    def peek(self, distance: int = 0) -> Token:
        """Return a word that is still to come; after a quote, it is that of the string's text."""
        while len(self._ahead) <= distance:
            self._ahead.append(self._read(self._ahead[-1].end if self._ahead else self.last))
        return self._ahead[distance]

    def next(self) -> Token:
        """Return the next word and go on behind it."""
        token = self.peek()
        self._ahead.pop(0)
        self.last = token.end
        if token.kind == "string":
            self._ahead.clear()
        return token

    def _read(self, place: int) -> Token:
        blank = _BLANK.match(self.text, place)
        start = blank.end() if blank else place
        if start >= len(self.text):
            return Token("end", "", start, start)
        if plain := _PLAIN.match(self.text, start):
            return Token("name" if plain[1] else "symbol", plain[0], start, plain.end())
        if self.text.startswith("/*", start):
            return Token("unknown", "/*", start, start + 2)  # it is not closed
        found = [(kind, match) for kind, p in _KINDS if (match := p.match(self.text, start))]
        if not found:
            # a stray character, or one that only stands in the string behind a quote that was
            # looked at too early: an error only when somebody takes it
            return Token("unknown", self.text[start], start, start + 1)
        kind, match = max(found, key=lambda entry: entry[1].end())
        return Token(kind, match[0], start, match.end())

    def string_part(self, quote: str) -> str:
        """Read the text of a string up to its end or to ``${``; return the word that ends it."""
        self._ahead.clear()
        pattern = _STRING if quote == '"' else _INDENTED
        match = pattern.match(self.text, self.last)
        place = match.end() if match else self.last
        for end in (quote, "${"):
            if self.text.startswith(end, place):
                self.last = place + len(end)
                return end
        raise NixSyntaxError(self.text, self.last, "a string is not closed")

    def at_interpolation(self) -> bool:
        """Say whether ``${`` follows at once, without a blank, as it does within a path."""
        return self.text.startswith("${", self.last)

    def skip_interpolation(self) -> None:
        """Read the ``${`` that follows."""
        self._ahead.clear()
        self.last += 2

    def more_path(self) -> None:
        """Read the characters of a path that follow an interpolation in it."""
        self._ahead.clear()
        match = _PATH_REST.match(self.text, self.last)
        self.last = match.end() if match else self.last


def comments(text: str) -> list[Token]:
    """Return the comments of a text in their order, those within ``${ }`` of a string included.

    A text that is not Nix is not refused: the comments before its fault are returned.
    """
    found: list[Token] = []
    after = 0
    for token in every_token(text):
        gap = _BLANK.match(text, after)
        end = min(gap.end(), token.start) if gap else after
        for match in _COMMENT.finditer(text, after, end):
            found.append(Token("comment", match[0], match.start(), match.end()))
        after = token.end
    return found


def every_token(text: str) -> Iterator[Token]:
    """Yield the words of a text and of what is interpolated in it; a string's text is one word."""
    lexer = Lexer(text)
    #: What closes each open ``{`` or ``${``: a quote for an interpolation in a string.
    open_: list[str] = []
    while True:
        token = lexer.next()
        yield token
        if token.kind == "end":
            return
        if token.text in ("{", "${"):
            open_.append("")
        in_string = token.text if token.kind == "string" else ""
        if token.text == "}" and open_:
            in_string = open_.pop()
        if in_string:
            start = lexer.last
            try:
                end = lexer.string_part(in_string)
            except NixSyntaxError:
                return
            yield Token("text", text[start : lexer.last], start, lexer.last)
            if end == "${":
                open_.append(in_string)
