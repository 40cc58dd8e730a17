"""Adding a patch to the ``patches`` of a package, in its own file and without disturbing it.

The edit is made where the text says beyond doubt what it means; anything else is refused, with
the reason. The caller evaluates the package afterwards: that the patch is used is never assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scaffold.nixlang.lexer import Token, tokens
from scaffold.nixlang.nodes import Place

#: With one of these at its top a value does not take ``++`` at its end.
_LOOSE = frozenset({"if", "let", "with", "assert", ":", "->", "||", "&&", "==", "!=", "//", "?"})
_KEYWORDS = frozenset({"if", "then", "else", "let", "in", "with", "assert", "inherit", "or"})
_STEP = "  "
OPENING = frozenset({"{", "(", "[", "${"})
CLOSING = frozenset({"}", ")", "]"})


class RefusedError(Exception):
    """The edit cannot be made safely; the text says why."""


@dataclass(frozen=True)
class _Binding:
    """``name = value;`` in an attribute set; ``value`` is without the semicolon."""

    head: Sequence[Token]
    value: Sequence[Token]
    end: Token


def with_patch(content: bytes, place: Place, entry: str) -> bytes:
    """Return the package file with ``entry`` (``./x.patch``) in the patches of a derivation.

    ``place`` is one of the derivation's own attributes in this file. The content is returned
    unchanged when the entry is there already.

    Raises:
        RefusedError: what the file says is not plain enough.

    """
    text = content.decode("latin-1")  # nix counts columns in bytes
    found = tokens(text)
    opening = _enclosing(found, _at(text, found, place))
    _require_call(found, opening)
    bindings = _bindings(found, opening)
    for binding in bindings:
        names = [token.text for token in binding.head]
        if names[0] == "inherit" and "patches" in names:
            raise RefusedError("its patches are inherited from elsewhere")
        if names == ["patches"]:
            return _added(text, binding, entry).encode("latin-1")
        if names[0] == "patches":
            raise RefusedError("its patches are set in a form that is not known")
    return _inserted(text, _anchor(found, bindings, place, text), entry).encode("latin-1")


def _at(text: str, found: Sequence[Token], place: Place) -> int:
    """Return the index of the token at a place."""
    offset = 0
    for _ in range(place.line - 1):
        offset = text.find("\n", offset) + 1
    offset += place.column - 1
    for index, token in enumerate(found):
        if token.start == offset:
            return index
    raise RefusedError("the file does not look as nix saw it")


def _enclosing(found: Sequence[Token], index: int) -> int:
    """Return the index of the brace that opens the attribute set around a token."""
    depth = 0
    for at in range(index - 1, -1, -1):
        if found[at].text in CLOSING:
            depth += 1
        elif found[at].text in OPENING:
            if depth == 0 and found[at].text == "{":
                return at
            depth -= 1
    raise RefusedError("there is no attribute set around its attributes")


def _require_call(found: Sequence[Token], opening: int) -> None:
    """Refuse a set that is not the argument of a call: it may be shared by several packages."""
    before = [token.text for token in found[:opening]]
    if before and before[-1] == "rec":
        before.pop()
    if before and before[-1] == ":":  # finalAttrs: {, old: {, { a, b }: {
        before.pop()
        if len(before) < 2 or before[-1] in CLOSING or before[-2] != "(":
            raise RefusedError("its attributes are the body of a function")
        del before[-2:]
    elif before and before[-1] == "(":
        before.pop()
    name = before[-1] if before else ""
    if name in _KEYWORDS or not (name[:1].isalpha() or name[:1] == "_"):
        raise RefusedError("its attributes are not written in the call that makes the derivation")


def _bindings(found: Sequence[Token], opening: int) -> list[_Binding]:
    """Return the bindings of the attribute set that a brace opens."""
    result: list[_Binding] = []
    current: list[Token] = []
    depth = lets = pending = 0
    for token in found[opening + 1 :]:
        if token.text in CLOSING:
            if depth == 0:
                return result
            depth -= 1
        elif token.text in OPENING:
            depth += 1
        elif depth == 0 and token.text in ("let", "in"):
            lets += 1 if token.text == "let" else -1
        elif depth == 0 and token.text in ("with", "assert"):
            pending += 1
        elif depth == 0 and token.text == ";" and pending:
            pending -= 1
        elif depth == 0 and token.text == ";" and not lets and current:
            result.append(_binding(current, token))
            current = []
            continue
        current.append(token)
    raise RefusedError("its attribute set does not end")


def _binding(parts: Sequence[Token], end: Token) -> _Binding:
    for index, token in enumerate(parts):
        if token.text == "=":
            return _Binding(parts[:index], parts[index + 1 :], end)
    return _Binding(parts, (), end)


def _added(text: str, binding: _Binding, entry: str) -> str:
    """Return the text with one more element in a list that is there."""
    value = binding.value
    if not value:
        raise RefusedError("its patches have no value")
    if any(token.text == entry for token in value):
        return text
    if value[0].text != "[":
        return _appended(text, binding, entry)
    close = _closing(value)
    inside = value[1:close]
    if not inside:
        return text[: value[0].end] + f" {entry} " + text[value[close].start :]
    start, end = value[0].start, value[close].end
    if "\n" in text[start:end]:
        return _in_lines(text, inside[-1], value[close], entry)
    return text[:start] + _opened(text, inside, entry, _indent(text, start)) + text[end:]


def _appended(text: str, binding: _Binding, entry: str) -> str:
    depth = 0
    for token in binding.value:
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0 and token.text in _LOOSE:
            raise RefusedError(f"its patches are a value with {token.text!r}")
    at = binding.value[-1].end
    return f"{text[:at]} ++ [ {entry} ]{text[at:]}"


def _closing(value: Sequence[Token]) -> int:
    depth = 0
    for index, token in enumerate(value):
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0:
            return index
    raise RefusedError("its list of patches does not end")


def _in_lines(text: str, last: Token, close: Token, entry: str) -> str:
    """Add a line after that of the last element, which may end in a comment."""
    newline = text.find("\n", last.end, close.start)
    if newline < 0:
        return f"{text[: last.end]} {entry}{text[last.end :]}"
    end = newline - 1 if text[newline - 1] == "\r" else newline
    indent = _indent(text, last.start)
    return f"{text[:end]}{text[end : newline + 1]}{indent}{entry}{text[end:]}"


def _opened(text: str, inside: Sequence[Token], entry: str, indent: str) -> str:
    """Return a list that stood on one line as nixfmt lays out one of several elements."""
    elements, depth, start = [], 0, inside[0].start
    for token, following in pairwise(inside):
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0 and following.start > token.end:
            elements.append(text[start : token.end])
            start = following.start
    elements += [text[start : inside[-1].end], entry]
    return "[" + "".join(f"\n{indent}{_STEP}{each}" for each in elements) + f"\n{indent}]"


def _anchor(
    found: Sequence[Token], bindings: Sequence[_Binding], place: Place, text: str
) -> _Binding:
    """Return the binding to write after: that of src, else the one at the place."""
    for binding in bindings:
        if [token.text for token in binding.head] == ["src"]:
            return binding
    start = found[_at(text, found, place)].start
    return next(each for each in bindings if each.end.start > start)


def _inserted(text: str, after: _Binding, entry: str) -> str:
    """Return the text with a new binding after another one."""
    line = f"patches = [ {entry} ];"
    first, end = after.head[0].start, after.end.end
    newline = text.find("\n", end)
    rest = text[end : newline if newline >= 0 else len(text)]
    if text[text.rfind("\n", 0, first) + 1 : first].strip() or not _comment_only(rest):
        return f"{text[:end]} {line}{text[end:]}"
    at = newline if newline >= 0 else len(text)
    ending = "\n"
    if text[at - 1] == "\r":
        at, ending = at - 1, "\r\n"
    following = text[newline + 1 :].partition("\n")[0]
    gap = ending if not following.strip() else ""
    return f"{text[:at]}{ending}{gap}{_indent(text, first)}{line}{text[at:]}"


def _comment_only(rest: str) -> bool:
    return not rest.strip() or rest.lstrip().startswith("#")


def _indent(text: str, at: int) -> str:
    """Return the blanks that the line of an offset begins with."""
    line = text[text.rfind("\n", 0, at) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]
