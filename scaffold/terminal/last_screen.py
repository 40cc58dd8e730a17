"""The last screen of an interview: write, change an answer, or quit."""

from __future__ import annotations

from typing import Generic

import questionary
from questionary import Choice as Item

from scaffold.asking.interview import BackError, Choice
from scaffold.asking.layers import Answers
from scaffold.asking.question import K, Question
from scaffold.base.errors import Problem, printable
from scaffold.terminal import asking, looks


class LastScreen(Generic[K]):
    """The part of a frontend that is the same for all questions."""

    def decide(self, *, problems: tuple[Problem, ...] = ()) -> Choice:
        """Ask whether to write, change an answer or quit; writing needs answers that fit."""
        offered = [c for c in Choice if c is not Choice.WRITE or not problems]
        for problem in problems:
            looks.tell(printable(f"  {problem}"), "fg:ansired")
        items = [Item(c.value, value=c) for c in offered]
        lines = ["write: the files above, then the checks", "quit: nothing is written"]
        while True:
            try:
                decided: Choice = asking.listed(
                    lambda: questionary.select("What now?", items), lambda: lines
                )
            except BackError:
                return Choice.CHANGE
            return decided

    def pick(self, questions: tuple[Question[K], ...], answers: Answers) -> Question[K]:
        """Ask which answer to change."""
        items = [Item(q.message, value=q) for q in questions]
        picked: Question[K] = asking.listed(
            lambda: questionary.select("Change", items),
            lambda: [f"{q.message}: {q.help}" for q in questions],
        )
        return picked
