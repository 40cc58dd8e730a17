"""The answers of an interview are kept until they are written, for ``--resume``.

The screens on which a user decides are in ``scaffold.terminal``; they are imported only when there
is a terminal, because its library is slow to load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from scaffold.asking.layers import Answers
from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError, Interrupted, Problem, ScaffoldError

T = TypeVar("T")


class BackError(Exception):
    """The user wants to go back to an earlier question."""


@dataclass(frozen=True)
class Start:
    """What the user starts from: a stack, or earlier answers.

    ``in_place`` says that they are those of the project in the target folder, which is then
    written anew and not copied.
    """

    stack: object = None
    answers: Answers = field(default_factory=dict)
    in_place: bool = False


@dataclass
class Progress:
    """How far an interview has come; kept when it is interrupted."""

    answers: dict[str, object]


@contextmanager
def kept_for_resume(memory: Memory, progress: Progress) -> Iterator[None]:
    """Keep the answers for ``--resume``, however the block ends: they are not written yet.

    Raises:
        Interrupted: the user left; the message now says how to go on.
    """
    try:
        yield
    except Interrupted as error:
        raise Interrupted(_to_go_on(memory, error.problems[0].what)) from error
    finally:
        memory.keep(progress.answers)


@contextmanager
def written_or_resumed(memory: Memory) -> Iterator[None]:
    """Say how to go on when the answers of an interview are not written, whatever the reason.

    Once they are written, and the memory has forgotten them, errors stay as they are.

    Raises:
        Interrupted: the user left; the message says how to go on.
    """
    try:
        yield
    except (Interrupted, KeyboardInterrupt) as error:
        if not memory.kept():
            raise
        what = "interrupted, nothing was written"
        if isinstance(error, Interrupted):
            what = error.problems[0].what
        raise Interrupted(_to_go_on(memory, what)) from error
    except ScaffoldError as error:
        if memory.kept():
            error.problems = [*error.problems, _to_go_on(memory, "your answers are kept")]
        raise


def _to_go_on(memory: Memory, what: str) -> Problem:
    return Problem(memory.shown_as or memory.command, what, "Go on with --resume")


def resumed(memory: Memory) -> Progress:
    """Return how far the interrupted interview of a command had come.

    Raises:
        InputError: there is none for this target folder.
    """
    kept = memory.kept()
    found = kept.get("answers")
    if not isinstance(found, Mapping):
        what = f"there is no interrupted run to go on with for {memory.target}"
        raise InputError(Problem("--resume", what, "Run it without --resume"))
    return Progress(dict(found))
