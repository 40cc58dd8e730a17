"""Edits of a Nix file: bindings and list elements are added, replaced and taken out.

Each function returns an :class:`Edit` of the text that a tree was parsed from; :func:`apply_edits`
makes the new text of any number of them. Whatever an edit does not name keeps its bytes: comments,
blanks, line ends. Pure text work on the tree of :mod:`scaffold.nixlang.parser`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from scaffold.nixlang.nodes import Binding, Node
from scaffold.nixlang.quote import nix_attr

_STEP = "  "


class Edit(NamedTuple):
    """A replacement: ``new`` takes the place of what stands between two offsets."""

    start: int
    end: int
    new: str


def apply_edits(text: str, edits: Iterable[Edit | tuple[int, int, str]]) -> str:
    """Return a text with edits made; those at one offset go in the order in which they are given.

    Raises:
        ValueError: two edits overlap, or one leaves the text.

    """
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if not at <= start <= end <= len(text):
            raise ValueError(f"the edit of {start} to {end} overlaps another or leaves the text")
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def replace_node(node: Node, new: str) -> Edit:
    """Return the edit that writes another expression in the place of a node."""
    return Edit(node.start, node.end, new)


def insert_binding(
    text: str,
    node: Node,
    path: Sequence[str],
    value: str,
    among: Sequence[tuple[str, Binding]] = (),
) -> Edit:
    """Return the edit that adds ``path = value;`` to a set.

    ``among`` are the bindings it belongs to, by name: it goes where their order wants it when they
    are in order, else after the last of them; at the end of the set when there are none. It gets
    the indentation of its neighbour, and blank lines where those have them.
    """
    key = ".".join(nix_attr(part) for part in path)
    newline = newline_of(text)
    if not among:
        return _at_the_end(text, node, f"{key} = {value};", newline)
    name = path[-1]
    names = [other for other, _ in among]
    before = [binding for other, binding in among if other.lower() < name.lower()]
    gap = newline if _spaced(text, among) else ""
    if is_sorted(names) and not before:
        first = among[0][1]
        if not starts_line(text, first.start):
            return Edit(first.start, first.start, f"{key} = {value}; ")
        start = _with_comments(text, first.start)
        indent = indentation(text, first.start)
        return Edit(start, start, f"{indent}{key} = {value};{newline}{gap}")
    neighbour = before[-1] if is_sorted(names) else among[-1][1]
    end = line_end(text, neighbour.end)
    if not starts_line(text, neighbour.start) and end == neighbour.end:
        return Edit(end, end, f" {key} = {value};")
    line = f"{newline}{gap}{indentation(text, neighbour.start)}{key} = {value};"
    return Edit(end, end, line)


def insert_after(text: str, binding: Binding, line: str) -> Edit:
    """Return the edit that writes a line after a binding of a set, in its indentation.

    It is on a line of its own where the binding is, and followed by a blank one where that is.
    """
    start, end = binding.start, line_end(text, binding.end)
    if not starts_line(text, start) or (end == binding.end and text[end : end + 1] not in "\r\n"):
        return Edit(binding.end, binding.end, f" {line}")
    newline = "\r\n" if text[end : end + 1] == "\r" else "\n"
    following = text[text.find("\n", end) + 1 :].partition("\n")[0]
    gap = newline if not following.strip() else ""
    return Edit(end, end, f"{newline}{gap}{indentation(text, start)}{line}")


def delete_binding(text: str, binding: Binding, *, comments: bool = False) -> Edit:
    """Return the edit that takes a binding out, with its line when nothing else is on it.

    A comment behind it on its line goes with it; ``comments`` takes those right above it too.
    """
    start, end = binding.start, line_end(text, binding.end)
    rest = text[end : end + 2]
    alone = starts_line(text, start) and (not rest or rest.startswith(("\n", "\r\n")))
    if not alone:
        blanks = len(text[:start]) - len(text[:start].rstrip(" \t"))
        return Edit(start - blanks, binding.end, "")
    begin = _with_comments(text, start) if comments else text.rfind("\n", 0, start) + 1
    ending = 2 if rest.startswith("\r\n") else 1 if rest.startswith("\n") else 0
    return Edit(begin, end + ending, "")


def insert_element(text: str, node: Node, element: str) -> Edit:
    """Return the edit that adds an expression to the end of a list.

    A list on one line that gets a second element is opened, as nixfmt lays it out.
    """
    items = node.children
    if not items:
        inside = text[node.start + 1 : node.end - 1]
        if inside.strip():  # a comment: it keeps its line
            indent = indentation(text, node.start)
            new = f"{_STEP}{element}{newline_of(text)}{indent}"
            at = node.end - 1
            gap = "" if text[:at].rstrip(" \t").endswith("\n") else newline_of(text) + indent
            return Edit(at, at, gap + new)
        return Edit(node.start, node.end, f"[ {element} ]")
    if "\n" in text[node.start : node.end]:
        last = items[-1]
        end = line_end(text, last.end)
        if end >= node.end or "\n" not in text[last.end : node.end]:
            return Edit(last.end, last.end, f" {element}")
        return Edit(end, end, f"{newline_of(text)}{indentation(text, last.start)}{element}")
    indent, newline = indentation(text, node.start), newline_of(text)
    elements = [*(text[item.start : item.end] for item in items), element]
    lines = "".join(f"{newline}{indent}{_STEP}{each}" for each in elements)
    return Edit(node.start, node.end, f"[{lines}{newline}{indent}]")


def is_sorted(names: Sequence[str]) -> bool:
    """Say whether names are in order, either by their bytes or regardless of case."""
    return list(names) == sorted(names) or list(names) == sorted(names, key=str.lower)


def newline_of(text: str) -> str:
    """Return how the lines of a text end."""
    return "\r\n" if "\r\n" in text else "\n"


def starts_line(text: str, place: int) -> bool:
    """Say whether only blanks stand before a place on its line."""
    return not text[text.rfind("\n", 0, place) + 1 : place].strip()


def _spaced(text: str, among: Sequence[tuple[str, Binding]]) -> bool:
    """Say whether the bindings are mostly separated by blank lines."""
    gaps = [
        "\n\n" in text[one.end : other.start].replace("\r", "").replace(" ", "")
        for (_, one), (_, other) in pairwise(among)
    ]
    return sum(gaps) * 2 > len(gaps)


def _at_the_end(text: str, node: Node, line: str, newline: str) -> Edit:
    """Add a line before the brace that closes a set."""
    close = node.end - 1
    inner = text[text.index("{", node.start) + 1 : close]
    outer = indentation(text, node.start)
    indent = outer + _STEP
    if node.bindings and starts_line(text, node.bindings[-1].start):
        indent = indentation(text, node.bindings[-1].start)
    kept = text[:close].rstrip(" \t" if inner.strip() else " \t\r\n")
    gap = "" if kept.endswith("\n") else newline
    return Edit(len(kept), close, f"{gap}{indent}{line}{newline}{outer}")


def line_end(text: str, place: int) -> int:
    """Return the end of the line when only a comment follows on it, else the place itself."""
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    rest = text[place:end]
    if rest.strip() and not rest.lstrip().startswith("#"):
        return place
    return end - 1 if rest.endswith("\r") else end


def indentation(text: str, place: int) -> str:
    """Return the blanks that the line of a place begins with."""
    start = text.rfind("\n", 0, place) + 1
    line = text[start:place]
    return line[: len(line) - len(line.lstrip())]


def _with_comments(text: str, place: int) -> int:
    """Return the start of the line of ``place``, or of the comment lines right above it."""
    start = text.rfind("\n", 0, place) + 1
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start
