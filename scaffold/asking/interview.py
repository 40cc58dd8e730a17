"""The interview: questions asked one by one, then a last screen, until the answers are agreed on.

Who asks is behind one protocol. Its implementation for a terminal is in ``scaffold.terminal``; it
is imported only when there is a terminal, because questionary is slow to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from scaffold.asking.layers import Answers
from scaffold.asking.memory import Memory
from scaffold.asking.question import K, Question, with_recommended
from scaffold.base.errors import InputError, Interrupted, Problem

T = TypeVar("T")


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
    answers: Answers = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    in_place: bool = False


@dataclass
class Progress:
    """How far an interview has come; kept when it is interrupted."""

    answers: dict[str, Any]
    settled: set[str]


class Frontend(Protocol[K]):
    """Asks the user; every answer goes through the question's own validator."""

    def ask(self, question: Question[K], answers: Answers, knowledge: K, /) -> dict[str, Any]:
        """Ask one question, offering what ``answers`` holds; return answers to merge.

        Raises:
            BackError: the user wants to go back.
        """

    def decide(self, *, problems: tuple[Problem, ...] = ()) -> Choice:
        """Ask what to do with the answers as they stand."""

    def pick(self, questions: tuple[Question[K], ...], answers: Answers, /) -> Question[K]:
        """Ask which answer to change.

        Raises:
            BackError: none of them.
        """


@dataclass(frozen=True)
class Interview(Generic[K, T]):
    """What a command asks, and what the answers become.

    ``build`` raises ``InputError`` for answers that do not go together, ``show`` tells what could
    be written. ``memory`` keeps the answers of an interview that does not come to its end.
    """

    questions: tuple[Question[K], ...]
    knowledge: K
    build: Callable[[Mapping[str, Any]], T]
    show: Callable[[T], None]
    memory: Memory


def ask_all(
    frontend: Frontend[K],
    progress: Progress,
    questions: Sequence[Question[K]],
    knowledge: K,
    *,
    inner: bool = False,
) -> dict[str, Any]:
    """Ask every question that is not settled, in order, and return complete answers.

    Going back asks the question before again, with its answer as the default.

    Raises:
        BackError: the user goes back from the first question of an ``inner`` interview.
    """
    pending = [question for question in questions if question.key not in progress.settled]
    asked: list[int] = []
    index = 0
    while index < len(pending):
        question = pending[index]
        if question.asked(progress.answers, knowledge):
            try:
                progress.answers.update(frontend.ask(question, progress.answers, knowledge))
            except BackError:
                if inner and not asked:
                    raise
                index = asked.pop() if asked else index
                progress.settled.discard(pending[index].key)
                continue
            asked.append(index)
            progress.settled.add(question.key)
        index += 1
    return with_recommended(progress.answers, knowledge, questions, all_of_them=True)


def hold(frontend: Frontend[K], progress: Progress, interview: Interview[K, T]) -> T:
    """Hold an interview until its answers go together and are to be written.

    Whatever ends it before that, the answers given so far are kept for ``--resume``.

    Raises:
        Interrupted: the user left.
    """
    with kept_for_resume(interview.memory, progress):
        raw = ask_all(frontend, progress, interview.questions, interview.knowledge)
        return _agreed(frontend, raw, progress, interview)


@contextmanager
def kept_for_resume(memory: Memory, progress: Progress) -> Iterator[None]:
    """Keep the answers so far for ``--resume``, whatever exception ends the block.

    When the block comes to its end, what was kept before is forgotten.

    Raises:
        Interrupted: the user left; the message now says how to go on.
    """
    try:
        yield
    except BaseException as error:
        memory.keep(settled=progress.settled, answers=progress.answers)
        if isinstance(error, Interrupted):
            problem = Problem(memory.command, error.problems[0].what, "Go on with --resume")
            raise Interrupted(problem) from error
        raise
    memory.forget()


def resumed(memory: Memory) -> Progress:
    """Return how far the interrupted interview of a command had come.

    Raises:
        InputError: there is none for this target folder.
    """
    kept = memory.kept()
    found, settled = kept.get("answers"), kept.get("settled")
    if not isinstance(found, Mapping) or not isinstance(settled, list):
        what = f"there is no interrupted run to go on with for {memory.target}"
        raise InputError(Problem("--resume", what, "Run it without --resume"))
    return Progress(dict(found), {key for key in settled if isinstance(key, str)})


def _agreed(
    frontend: Frontend[K], raw: dict[str, Any], progress: Progress, interview: Interview[K, T]
) -> T:
    """Show what the answers make until it is to be written; going back changes nothing."""
    while True:
        found: T | None = None
        problems: tuple[Problem, ...] = ()
        try:
            found = interview.build(raw)
        except InputError as error:
            problems = tuple(error.problems)
        if found is not None:
            interview.show(found)
        match frontend.decide(problems=problems):
            case Choice.WRITE if found is not None:
                return found
            case Choice.CHANGE:
                raw = _changed(frontend, raw, interview)
                progress.answers = dict(raw)
            case _:
                what = "you left, nothing was written"
                raise Interrupted(Problem(interview.memory.command, what, "Run it again"))


def _changed(
    frontend: Frontend[K], raw: dict[str, Any], interview: Interview[K, T]
) -> dict[str, Any]:
    """Ask which answer to change and then that question; going back from either changes nothing."""
    try:
        question = frontend.pick(interview.questions, raw)
        return {**raw, **frontend.ask(question, raw, interview.knowledge)}
    except BackError:
        return raw
