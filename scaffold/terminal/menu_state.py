"""A menu as it is shown: what each key does, and the lines for a given size. Knows no terminal.

The module ``screen`` draws the lines and reads the keys, ``spoken`` reads the same menu out.
"""

from __future__ import annotations

from scaffold.terminal.menu import (
    BACK,
    DIGIT,
    HELP,
    Answer,
    Item,
    Key,
    Line,
    Menu,
    narrowed,
)
from scaffold.terminal.wrapping import LEAST, cells, padded, shortened, wrapped


class MenuState:
    """A menu on the screen: which entry is pointed at, what was typed, what is ticked."""

    def __init__(self, menu: Menu, *, signs: bool = True) -> None:
        self.menu = menu
        self.typed = ""
        self.ticked = list(menu.ticked or ())
        self.message = ""
        self._signs = signs
        self._page = 0  # of the explanation; 0: none is shown
        self._pages = 1
        self._top = 0
        self._height = 10
        self._at = menu.cursor or (menu.items[0].id if menu.items else "")

    # --- what is pointed at -----------------------------------------------------------------------

    @property
    def shown(self) -> list[Item]:
        """The entries that fit what was typed, the best first."""
        return narrowed(self.menu.items, self.typed)

    @property
    def index(self) -> int:
        """The place of the entry that is pointed at, among the shown ones."""
        return next((n for n, item in enumerate(self.shown) if item.id == self._at), 0)

    @property
    def item(self) -> Item | None:
        """The entry that is pointed at; None when nothing fits what was typed."""
        shown = self.shown
        return shown[self.index] if shown else None

    def _point(self, index: int) -> None:
        shown = self.shown
        if shown:
            self._at = shown[max(0, min(index, len(shown) - 1))].id

    # --- keys -------------------------------------------------------------------------------------

    def press(self, key: str) -> Answer | None:
        """Take one key; return the answer when the menu has ended."""
        self.message = ""
        steps = {"up": -1, "down": 1, "pageup": -self._height, "pagedown": self._height}
        ends = {"home": 0, "end": len(self.menu.items)}
        if key in steps:
            single, last = abs(steps[key]) == 1, len(self.shown) - 1
            wanted = self.index + steps[key]
            around = {-1: last, last + 1: 0}.get(wanted, wanted) if single else wanted
            self._point(around)
        elif key in ends:
            self._point(ends[key])
        elif key == HELP:
            self._page = (self._page + 1) % (self._pages + 1)
        elif key in (BACK, "escape") and self.typed:
            self.typed = ""
        elif key in (BACK, "escape"):
            return self._answer(BACK)
        elif key == "enter":
            return self._entered()
        elif key == " " and self.menu.ticked is not None:
            self._tick()
        else:
            return self._other(key)
        return None

    def _other(self, key: str) -> Answer | None:
        item = self.item
        known = {k.key for k in (*self.menu.keys, *(item.keys if item else ()))}
        if key in known or (DIGIT in known and key in "123456789" and key):
            return self._answer(key)
        if self.menu.filters and key == "backspace":
            self.typed = self.typed[:-1]
        elif self.menu.filters and len(key) == 1 and key.isprintable():
            self.typed += key
            self._point(0)
        elif len(key) == 1 and key.isprintable():
            self.message = f"{key!r} does nothing here; ? explains the entry that is pointed at."
        return None

    def _answer(self, key: str) -> Answer:
        item = self.item
        return Answer(key, item.id if item else "", tuple(self.ticked))

    def _entered(self) -> Answer | None:
        item = self.item
        if item is None:
            self.message = f"Nothing fits {self.typed!r}. Take letters away with backspace."
            return None
        if self.menu.ticked is None and item.refused:
            self.message = f"{item.head or item.id} cannot be chosen: {item.refused}"
            return None
        if self.menu.ticked is not None and len(self.ticked) < self.menu.least:
            self.message = f"Choose at least {self.menu.least} with the space bar."
            return None
        return self._answer("enter")

    def _tick(self) -> None:
        item = self.item
        if item is None:
            return
        if item.id in self.ticked:
            self.ticked.remove(item.id)
        elif item.refused:
            self.message = f"{item.head or item.id} cannot be chosen: {item.refused}"
        else:
            self.ticked.append(item.id)

    # --- lines ------------------------------------------------------------------------------------

    def lines(self, width: int, height: int) -> list[Line]:
        """Return what a terminal of a size shows: never more lines, never broken words."""
        top: list[Line] = [[("class:title", line)] for line in wrapped(self.menu.title, width - 1)]
        intro = [line for text in self.menu.intro for line in wrapped(f" {text}", width - 1, " ")]
        top += [[("class:dim", line)] for line in intro]
        if self.typed:
            top.append([("class:dim", " only "), ("class:filter", self.typed)])
        foot = self._foot(width)
        least = min(5, len(self.shown))
        explained = self._explained(width, height - len(top) - len(foot) - least)
        body = self._body(width, max(height - len(top) - len(foot) - len(explained), 3))
        return [*top, *body, *explained, *foot][:height]

    def _foot(self, width: int) -> list[Line]:
        lines = [
            [("class:problem", text)]
            for told in (*self.menu.told, *([self.message] if self.message else []))
            for text in wrapped(f" {told}", width - 1, "   ")
        ]
        item = self.item
        keys = [*(item.keys if item else ()), *self.menu.keys]
        if self.menu.ticked is not None:
            keys = [Key("space", "ticks"), Key("enter", "takes the ticked"), *keys]
        elif "enter" not in (key.key for key in keys):
            keys = [Key("enter", "chooses"), *keys]
        if self.menu.filters and not self.typed:
            keys.append(Key("letters", "filter"))
        keys += [Key(HELP, "explains"), Key(BACK, "goes back")]
        row: Line = []
        rows = [row]
        for key in dict.fromkeys(keys):
            taken = sum(cells(text) for _, text in row)
            if row and taken + cells(key.key + key.does) + 4 > width:
                row = []
                rows.append(row)
            row += [("class:key", f" {key.key}"), ("class:dim", f" {key.does} ")]
        return [*lines, *rows]

    def _explained(self, width: int, room: int) -> list[Line]:
        """Return the page of the explanation of the entry that is pointed at."""
        item = self.item
        if not self._page or item is None:
            self._pages = 1
            return []
        told = [text for text in item.explanation() if text] or ["There is no more to say of it."]
        if item.refused:
            told.append(f"Cannot be chosen: {item.refused}")
        texts = [line for text in told for line in wrapped(f" {text}", width - 1, "  ")]
        room = max(room - 1, 2)
        self._pages = max((len(texts) + room - 1) // room, 1)
        self._page = min(self._page, self._pages)
        start = (self._page - 1) * room
        more = f" ? shows {self._page + 1} of {self._pages} " if self._page < self._pages else " "
        rule = more.rjust(width - 1, "\u2500" if self._signs else "-")
        return [
            [("class:dim", rule)],
            *([("class:explanation", t)] for t in texts[start : start + room]),
        ]

    def _body(self, width: int, height: int) -> list[Line]:
        """Return the list, or the piece of it that has room; signs tell that more follows."""
        blocks = self._blocks(width)
        lines = [line for block in blocks for line in block]
        self._height = max(height - 2, 1)
        if not blocks:
            return [[("class:dim", f"   nothing fits {self.typed!r}")]]
        if len(lines) <= height:
            return lines
        starts = [sum(len(block) for block in blocks[:n]) for n in range(len(blocks))]
        first = starts[self.index]
        last = first + len(blocks[self.index])
        room = height - 2
        self._top = max(min(self._top, first), last - room, 0)
        self._top = min(self._top, len(lines) - room, first)
        above = sum(1 for n in range(len(blocks)) if starts[n] < self._top)
        end = self._top + room
        below = sum(1 for start in starts if start >= end)
        up, down = ("\u2191", "\u2193") if self._signs else ("above:", "below:")
        return [
            [("class:dim", f"   {up} {above} more" if self._top else "")],
            *lines[self._top : end],
            [("class:dim", f"   {down} {below} more" if end < len(lines) else "")],
        ]

    def _blocks(self, width: int) -> list[list[Line]]:
        """Return the lines of each shown entry, a new group's heading before its first."""
        shown = self.shown
        labels = max((cells(item.label) for item in shown), default=0)
        heads = 0 if self.menu.wraps else max((cells(item.head) for item in shown), default=0)
        blocks: list[list[Line]] = []
        group = ""
        for item in shown:
            block: list[Line] = []
            if item.group != group and not self.typed:
                block.append([("class:group", f" {item.group}")])
                group = item.group
            block += self._entry(item, width, labels, heads)
            blocks.append(block)
        return blocks

    def _entry(self, item: Item, width: int, labels: int, heads: int) -> list[Line]:
        here = item is self.item
        pointer = ("\u00bb" if self._signs else ">") if here else " "
        before: Line = [("class:pointer", f" {pointer} ")]
        if self.menu.ticked is not None:
            before.append(("class:tick", self._sign(item)))
        if labels:
            before.append(("class:label", padded(item.label, labels) + "  "))
        style = "class:refused" if item.refused else "class:here" if here else ""
        if item.head or heads:
            before.append((style, padded(item.head, heads) + ("  " if item.text else "")))
        taken = sum(cells(text) for _, text in before)
        room = max(width - taken - 1, LEAST)
        text = f"not {item.refused}: {item.text}" if item.refused else item.text
        texts = wrapped(text, room) if self.menu.wraps else [shortened(text, room)]
        lines: list[Line] = [[*before, (style, texts[0])]]
        lines += ([("", " " * taken), (style, text)] for text in texts[1:])
        for problem in item.problems:
            told = wrapped(problem, width - 8)
            lines += ([("class:problem", ("   ! " if not n else "     ") + t)]
                      for n, t in enumerate(told))  # fmt: skip
        return lines

    def _sign(self, item: Item) -> str:
        ticked = item.id in self.ticked
        if item.refused and not ticked:
            return "- " if self._signs else "-   "
        if self._signs:
            return "\u25cf " if ticked else "\u25cb "
        return "[x] " if ticked else "[ ] "
