"""The screen of a project: every answer with its value, what is wrong with them, and keys.

One screen in the place of a chain of questions. The answers are always complete, since what nobody
decided has a recommended value; nothing typed is lost by going back, and ``u`` takes changes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from scaffold.asking.interview import BackError
from scaffold.base.errors import InputError, Interrupted, Problem
from scaffold.terminal import project_editors as editors
from scaffold.terminal.menu import BACK, Answer, Item, Key, Menu
from scaffold.terminal.preview import show_plan
from scaffold.terminal.project_editors import Editing
from scaffold.terminal.project_rows import kinds_of, missing_parts, row_id, rows
from scaffold.terminal.project_state import Answers, ProjectState
from scaffold.terminal.project_tables import packages_from, variants
from scaffold.terminal.screen import Screen
from scaffold.writer.plan import Plan

T = TypeVar("T")
KEYS = (
    Key("a", "add a role"),
    Key("u", "undo"),
    Key("p", "preview"),
    Key("w", "write"),
    Key("q", "quit"),
)
NEXT = Key("n", "next problem")


@dataclass(frozen=True)
class Subject(Generic[T]):
    """What the screen is about.

    ``fill`` gives every open answer its recommended value, ``build`` raises ``InputError`` for
    answers that do not go together, ``plan`` compares with the disk. ``restart`` asks for another
    start and returns its answers, or raises ``BackError``. ``changed`` is told each new answers.
    """

    title: str
    fill: Callable[[Answers], Answers]
    build: Callable[[Answers], T]
    plan: Callable[[T], Plan]
    restart: Callable[[], Mapping[str, Any]]
    changed: Callable[[Answers], None]


@dataclass(frozen=True)
class Judged(Generic[T]):
    """Complete answers, what they make, and what is wrong with them."""

    filled: Answers
    made: T | None
    problems: tuple[Problem, ...]


class ProjectHub(Generic[T]):
    """Shows the screen until the answers are to be written."""

    def __init__(
        self, screen: Screen, state: ProjectState, subject: Subject[T], *, offline: bool
    ) -> None:
        self._offline = offline
        self._screen, self._state, self._subject = screen, state, subject
        self._cursor = ""
        self._told: tuple[str, ...] = ()

    def run(self) -> T:
        """Return what is to be written.

        Raises:
            Interrupted: the user left.
        """
        judged = self._judge()
        while True:
            items = rows(self._state, judged.filled, judged.problems)
            answer = self._screen.choose(self._menu(items))
            self._cursor, self._told = answer.id, ()
            before = self._state.raw
            try:
                if answer.key != "w":
                    self._press(answer, judged, items)
                elif (made := self._write(judged, items)) is not None:
                    return made
            except BackError:
                pass
            if self._state.raw is not before:
                self._subject.changed(self._state.raw)
                judged = self._judge()

    def _judge(self) -> Judged[T]:
        filled = self._subject.fill(self._state.effective())
        try:
            return Judged(filled, self._subject.build(filled), ())
        except InputError as error:
            return Judged(filled, None, tuple(error.problems))

    def _menu(self, items: tuple[Item, ...]) -> Menu:
        wrong = any(item.problems for item in items)
        keys = (*((NEXT,) if wrong else ()), *KEYS)
        keys = (Key("enter", "changes"), *keys)
        cursor = self._cursor or next((i.id for i in items if i.id.startswith("role:")), "")
        return Menu(self._subject.title, items, keys, cursor=cursor, wraps=True, told=self._told)

    def _editing(self, judged: Judged[T], member: str) -> Editing:
        return Editing(self._screen, self._state, judged.filled, member)

    # --- keys -------------------------------------------------------------------------------------

    def _press(self, answer: Answer, judged: Judged[T], items: Sequence[Item]) -> None:
        kind, name, member = kinds_of(answer.id)
        editing = self._editing(judged, member)
        if answer.key == "enter":
            self._enter(editing, kind, name)
        elif answer.key == "a":
            self._cursor = row_id("role", editors.add_role(editing), member)
        elif answer.key == "u":
            self._told = () if self._state.undo() else ("There is nothing to take back.",)
        elif answer.key == "n":
            self._to_problem(items)
        elif answer.key == "p":
            self._preview(judged)
        elif answer.key in ("q", BACK):
            self._leave(answer.key)
        elif kind == "role":
            self._on_role(answer.key, editing, name)

    def _on_role(self, key: str, editing: Editing, name: str) -> None:
        state, member = self._state, editing.member
        if key in "+-":
            state.add_to_count(name, 1 if key == "+" else -1, member)
        elif key == "d":
            self._cursor = row_id("role", state.duplicate_role(name, member), member)
        elif key == "x":
            others = list(state.roles(member))
            at = others.index(name)
            near = (others[at + 1 :] or others[:at][-1:] or [""])[0]
            self._cursor = row_id("role" if near else "add", near, member)
            state.delete_role(name, member)
            self._told = (f"{name} is gone; u brings it back.",)
        elif key == "m":
            found = editors.mend_missing(editing, missing_parts(state, member))
            self._cursor = row_id("role", found, member)
        elif key.isdecimal():
            editors.count(editing, name, key)

    def _enter(self, editing: Editing, kind: str, name: str) -> None:
        if kind == "role":
            new = editors.role(editing, name)
            self._cursor = row_id("role", new, editing.member)
        elif kind == "add":
            self._cursor = row_id("role", editors.add_role(editing), editing.member)
        elif kind == "stack":
            self._state.start_from(self._subject.restart())
        elif kind == "option":
            options = {one.id: one for one in self._state.options(editing.member)}
            editors.option(editing, options[name])
        elif kind in ("name", "description"):
            editors.text(editing, kind)
        elif kind == "packages_from":
            packages_from(editing, offline=self._offline)
        else:
            EDITORS[kind](editing)

    def _to_problem(self, items: Sequence[Item]) -> None:
        """Point at the next row with a problem, from the one that is pointed at."""
        ids = [item.id for item in items]
        start = ids.index(self._cursor) + 1 if self._cursor in ids else 0
        turned = [*items[start:], *items[:start]]
        self._cursor = next((i.id for i in turned if i.problems), self._cursor)

    def _complete(self, judged: Judged[T]) -> Judged[T]:
        """Return the answers with a name: when nothing else is missing, it is asked for at once."""
        if judged.filled.get("name") or len(judged.problems) != 1:
            return judged
        editors.text(self._editing(judged, ""), "name")
        return self._judge()

    def _write(self, judged: Judged[T], items: Sequence[Item]) -> T | None:
        """Return what is to be written, or point at what is in the way."""
        made = self._complete(judged).made
        if made is None:
            self._to_problem(items)
            self._told = ("Not yet: what is marked with ! comes first.",)
        return made

    def _preview(self, judged: Judged[T]) -> None:
        made = self._complete(judged).made
        if made is None:
            self._told = ("There is nothing to show before what is marked with ! is mended.",)
        else:
            show_plan(self._screen, self._subject.plan(made))

    def _leave(self, key: str) -> None:
        if key == BACK:
            self._told = ("This is the first screen: q leaves, and the answers are kept.",)
            return
        raise Interrupted(Problem("the answers", "you left, nothing was written", "Run it again"))


EDITORS: dict[str, Callable[[Editing], None]] = {
    "flavours": editors.flavours,
    "default_flavour": editors.default_flavour,
    "release": editors.release,
    "extras": editors.extras,
    "options": editors.options,
    "pins": editors.pins,
    "variants": variants,
}
