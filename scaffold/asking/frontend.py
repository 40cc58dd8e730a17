"""Where answers come from: one protocol, the interview over it, and the way that never asks.

The implementation that asks in a terminal is ``scaffold.terminal.prompts``; it is imported only
when there is a terminal, because questionary is slow to load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from scaffold.answers.answers import Layer, missing, parse, with_recommended
from scaffold.answers.parsers import Answers
from scaffold.answers.questions import QUESTIONS, Question
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog


class Choice(Enum):
    """What the user decides at the last screen, or when answers do not go together."""

    WRITE = "write"
    CHANGE = "change an answer"
    QUIT = "quit"


class BackError(Exception):
    """The user wants to go back to an earlier question."""


@dataclass(frozen=True)
class Start:
    """What the user starts from: a stack, earlier answers, and the questions these settle.

    ``in_place`` says that they are those of the project in the target folder, which is then
    written anew and not copied.
    """

    stack: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    in_place: bool = False


@dataclass
class Progress:
    """How far an interview has come; kept when it is interrupted."""

    answers: dict[str, Any]
    settled: set[str]


class Frontend(Protocol):
    """Asks the user; every answer goes through the question's own validator."""

    def start(self, catalog: Catalog, previous: Answers, here: Answers) -> Start:
        """Ask what to start from; ``previous`` and ``here`` are earlier answers, if any."""

    def ask(self, question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
        """Ask one question, offering what ``answers`` holds; return answers to merge.

        Raises:
            BackError: the user wants to go back.
        """

    def decide(self, *, problems: tuple[Problem, ...] = ()) -> Choice:
        """Ask what to do with the answers as they stand."""

    def pick(self, questions: tuple[Question, ...], answers: Answers) -> Question:
        """Ask which answer to change."""


def interview(
    frontend: Frontend,
    progress: Progress,
    catalog: Catalog,
    questions: Sequence[Question] = QUESTIONS,
    *,
    inner: bool = False,
) -> dict[str, Any]:
    """Ask every question that is not settled, in order, and return complete answers.

    Going back asks the question before again, with its answer as the default.

    Raises:
        BackError: the user goes back from the first question of an ``inner`` interview.
    """
    pending = [q for q in questions if q.key not in progress.settled]
    asked: list[int] = []
    index = 0
    while index < len(pending):
        question = pending[index]
        if question.asked(progress.answers, catalog):
            try:
                progress.answers.update(frontend.ask(question, progress.answers, catalog))
            except BackError:
                if inner and not asked:
                    raise
                index = asked.pop() if asked else index
                progress.settled.discard(pending[index].key)
                continue
            asked.append(index)
            progress.settled.add(question.key)
        index += 1
    return with_recommended(progress.answers, catalog, all_of_them=True, questions=questions)


def without_asking(
    answers: Answers, catalog: Catalog, layers: Sequence[Layer], *, defaults: bool
) -> dict[str, Any]:
    """Return complete answers without asking anybody.

    Raises:
        InputError: with everything that is wrong with the answers that are there, and with every
            required answer that is not; the problem names its flag.
    """
    filled = with_recommended(answers, catalog, all_of_them=defaults)
    problems = missing(filled)
    try:
        parse(filled, catalog, layers)
    except InputError as error:
        problems = [*error.problems, *problems]
    if problems:
        raise InputError(*problems)
    return filled
