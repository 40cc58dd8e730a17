"""What is kept of an interview: the answers so far, for ``--resume``, whatever ends it.

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
from scaffold.base.errors import InputError, Interrupted, Problem

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
    """Keep the answers so far for ``--resume``, whatever exception ends the block.

    When the block comes to its end, what was kept before is forgotten.

    Raises:
        Interrupted: the user left; the message now says how to go on.
    """
    try:
        yield
    except BaseException as error:
        memory.keep(progress.answers)
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
    found = kept.get("answers")
    if not isinstance(found, Mapping):
        what = f"there is no interrupted run to go on with for {memory.target}"
        raise InputError(Problem("--resume", what, "Run it without --resume"))
    return Progress(dict(found))
