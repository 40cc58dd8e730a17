"""One screen with every answer, in the place of a chain of questions: what all such screens do.

The answers are always complete, since what nobody decided has a recommended value. Nothing is lost
by going back, ``u`` takes changes back, and what is wrong is told at the row where it is mended.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from scaffold.asking.interview import BackError
from scaffold.base.errors import InputError, Interrupted, Problem
from scaffold.terminal.growing import Answers, Growing
from scaffold.terminal.menu import BACK, Answer, Item, Key, Menu
from scaffold.terminal.preview import show_plan
from scaffold.terminal.screen import Screen
from scaffold.writer.plan import Plan

T = TypeVar("T")
S = TypeVar("S", bound=Growing)
KEYS = (Key("u", "undo"), Key("p", "preview"), Key("w", "write"), Key("q", "quit"))
NEXT = Key("n", "next problem")


@dataclass(frozen=True)
class Subject(Generic[T]):
    """What a screen is about.

    ``fill`` gives every open answer its recommended value, ``build`` raises ``InputError`` for
    answers that do not go together, ``plan`` compares with the disk, ``changed`` is told each new
    answers.
    """

    title: str
    fill: Callable[[Answers], Answers]
    build: Callable[[Answers], T]
    plan: Callable[[T], Plan]
    changed: Callable[[Answers], None]


@dataclass(frozen=True)
class Judged(Generic[T]):
    """Complete answers, what they make, and what is wrong with them."""

    filled: Answers
    made: T | None
    problems: tuple[Problem, ...]


class AnswersScreen(ABC, Generic[T, S]):
    """Shows the rows until the answers are to be written."""

    keys: tuple[Key, ...] = KEYS
    #: Whether another screen is behind this one, to which `<` goes back.
    inner = False

    def __init__(self, screen: Screen, state: S, subject: Subject[T]) -> None:
        self._screen, self._state, self._subject = screen, state, subject
        self._cursor = ""
        self._told: tuple[str, ...] = ()

    @abstractmethod
    def rows(self, judged: Judged[T]) -> tuple[Item, ...]:
        """Return the rows, with the problems that are told at each."""

    @abstractmethod
    def press(self, answer: Answer, judged: Judged[T]) -> None:
        """Do what a key other than the common ones does."""

    def complete(self, judged: Judged[T]) -> Judged[T]:
        """Ask for what is missing when that is all that is wrong; by default nothing is."""
        return judged

    def run(self) -> T:
        """Return what is to be written.

        Raises:
            BackError: the user went back from an inner screen.
            Interrupted: the user left.
        """
        judged = self.judge()
        while True:
            items = self.rows(judged)
            answer = self._screen.choose(self._menu(items))
            self._cursor, self._told = answer.id, ()
            if answer.key == BACK and self.inner:
                raise BackError
            before = self._state.raw
            try:
                if answer.key != "w":
                    self._common(answer, judged, items)
                elif (made := self._write(judged, items)) is not None:
                    return made
            except BackError:
                pass
            if self._state.raw is not before:
                self._subject.changed(self._state.raw)
                judged = self.judge()

    def effective(self) -> Answers:
        """Return the answers that count."""
        return self._state.raw

    def judge(self) -> Judged[T]:
        """Return what the answers are worth now."""
        filled = self._subject.fill(self.effective())
        try:
            return Judged(filled, self._subject.build(filled), ())
        except InputError as error:
            return Judged(filled, None, tuple(error.problems))

    def first_row(self, items: Sequence[Item]) -> str:
        """Return the row that is pointed at when the screen appears."""
        return items[0].id if items else ""

    def _menu(self, items: tuple[Item, ...]) -> Menu:
        wrong = any(item.problems for item in items)
        keys = (Key("enter", "changes"), *((NEXT,) if wrong else ()), *self.keys)
        cursor = self._cursor or self.first_row(items)
        return Menu(self._subject.title, items, keys, cursor=cursor, wraps=True, told=self._told)

    def _common(self, answer: Answer, judged: Judged[T], items: Sequence[Item]) -> None:
        if answer.key == "u":
            self._told = () if self._state.undo() else ("There is nothing to take back.",)
        elif answer.key == "n":
            self._to_problem(items)
        elif answer.key == "p":
            self._preview(judged)
        elif answer.key == BACK:
            self._told = ("This is the first screen: q leaves, and the answers are kept.",)
        elif answer.key == "q":
            what = "you left, nothing was written"
            raise Interrupted(Problem("nxc-scaffold", what, "Run the command again"))
        else:
            self.press(answer, judged)

    def _to_problem(self, items: Sequence[Item]) -> None:
        """Point at the next row with a problem, from the one that is pointed at."""
        ids = [item.id for item in items]
        start = ids.index(self._cursor) + 1 if self._cursor in ids else 0
        turned = [*items[start:], *items[:start]]
        self._cursor = next((i.id for i in turned if i.problems), self._cursor)

    def _write(self, judged: Judged[T], items: Sequence[Item]) -> T | None:
        """Return what is to be written, or point at what is in the way."""
        made = self.complete(judged).made
        if made is None:
            self._to_problem(items)
            self._told = ("Not yet: what is marked with ! comes first.",)
        return made

    def _preview(self, judged: Judged[T]) -> None:
        made = self.complete(judged).made
        if made is None:
            self._told = ("There is nothing to show before what is marked with ! is mended.",)
            return
        try:
            show_plan(self._screen, self._subject.plan(made))
        except InputError as error:
            self._told = tuple(map(str, error.problems))
