"""Where answers come from: one protocol, and the implementation that never asks.

The implementation that asks in a terminal is ``scaffold.prompts``; it is imported only when there
is a terminal, because questionary is slow to load.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Protocol

from scaffold.answers import missing, with_recommended
from scaffold.errors import InputError, Problem
from scaffold.model import Catalog
from scaffold.questions import QUESTIONS, Answers, Question


class Choice(Enum):
    """What the user decides at the last screen, or when answers do not go together."""

    WRITE = "write"
    CHANGE = "change an answer"
    QUIT = "quit"


class Frontend(Protocol):
    """Asks the user; every answer goes through the question's own validator."""

    def start(self, catalog: Catalog) -> dict[str, Any]:
        """Ask what to start from and return answers: ``{"stack": NAME}``, a file's, or nothing."""

    def ask(self, question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
        """Ask one question, offering what ``answers`` holds; return answers to merge."""

    def decide(self, *, problems: tuple[Problem, ...] = ()) -> Choice:
        """Ask what to do with the answers as they stand."""

    def pick(self, questions: tuple[Question, ...], answers: Answers) -> Question:
        """Ask which answer to change."""


def interview(
    frontend: Frontend, offered: Answers, given: Answers, catalog: Catalog
) -> dict[str, Any]:
    """Ask every question that is not ``given``; ``offered`` answers are shown as defaults."""
    answers = dict(offered)
    for question in QUESTIONS:
        if given.get(question.key) is None and question.asked(answers, catalog):
            answers.update(frontend.ask(question, answers, catalog))
    return with_recommended(answers, catalog, all_of_them=True)


def without_asking(answers: Answers, catalog: Catalog, *, defaults: bool) -> dict[str, Any]:
    """Return complete answers without asking anybody.

    Raises:
        InputError: a required answer is missing; the problem names its flag.

    """
    filled = with_recommended(answers, catalog, all_of_them=defaults)
    if problems := missing(filled):
        raise InputError(*problems)
    return filled
