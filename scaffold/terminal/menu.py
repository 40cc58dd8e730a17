"""A list that fills the terminal, as data: its entries, its keys, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

#: A piece of text with the name of its style; a line is a list of them.
Line = list[tuple[str, str]]
Explanation = Callable[[], Sequence[str]]

HELP, BACK = "?", "<"
#: What `Key` has in the place of a key for every digit but 0.
DIGIT = "1-9"


@dataclass(frozen=True)
class Key:
    """A key that ends a menu, and what it does, for the last lines of the screen."""

    key: str
    does: str


@dataclass(frozen=True)
class Item:
    """One entry: ``label``, ``head`` and ``text`` are its columns, and ``id`` is what is returned.

    ``group`` is a heading above entries of the same group. ``refused`` says why an entry cannot be
    chosen. ``problems`` are told below it. ``keys`` are those that mean something here only.
    ``aloud`` is what is read out in the place of the columns, whose place says nothing then.
    """

    id: str
    text: str = ""
    head: str = ""
    label: str = ""
    group: str = ""
    refused: str = ""
    problems: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    explanation: Explanation = field(default=lambda: ())
    aloud: str = ""

    @property
    def spoken(self) -> str:
        """The entry as one text."""
        label = f"{self.label}: " if self.label else ""
        words = self.aloud or label + " ".join(f"{self.head} {self.text}".split())
        return f"{words} (not {self.refused})" if self.refused else words


@dataclass(frozen=True)
class Menu:
    """A list to choose from.

    ``cursor`` is the id pointed at first. ``ticked`` are the ids that are chosen, when several can
    be; None when one is. ``filters`` lets what is typed narrow the list. ``wraps`` shows long texts
    whole, on several lines. ``intro`` is told above the list, ``told`` below it.
    """

    title: str
    items: tuple[Item, ...]
    keys: tuple[Key, ...] = ()
    cursor: str = ""
    ticked: tuple[str, ...] | None = None
    least: int = 0
    filters: bool = False
    wraps: bool = False
    intro: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """How a menu ended: the key, the entry that was pointed at, and what is ticked."""

    key: str
    id: str
    ticked: tuple[str, ...] = ()


def matches(item: Item, typed: str) -> int:
    """Return how well an entry fits what was typed: 0 not at all, more is better."""
    name, rest = item.head.lower() or item.id.lower(), item.text.lower()
    wanted = typed.lower()
    if name == wanted:
        return 4
    if name.startswith(wanted):
        return 3
    if wanted in name:
        return 2
    return 1 if wanted in rest or wanted in item.group.lower() else 0


def narrowed(items: Sequence[Item], typed: str) -> list[Item]:
    """Return the entries that fit what was typed, the best first; all when nothing was."""
    if not typed:
        return list(items)
    found = [item for item in items if matches(item, typed)]
    return sorted(found, key=lambda item: -matches(item, typed))
