"""The errors a user can meet, each with a remedy, and the exit codes of the command.

Nothing below the command line prints or exits by itself: it raises one of these, and
``scaffold.cli.main.main`` turns it into text and an exit code in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, documented in the README."""

    OK = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    CONFLICT = 3
    EXTERNAL = 4
    HUNG_UP = 129  # this and the last three are what a shell sees of a program that a signal ends
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with what the user gave.

    ``where`` names the answer (``roles.node.count``, ``--pin``, a file), ``what`` says what is
    wrong and quotes the value, ``remedy`` says what to do, as an imperative.
    """

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the problem as one sentence and its remedy as another."""
        return f"{self.where}: {sentences(self.what, self.remedy)}"


def sentences(what: str, remedy: str) -> str:
    """Return what is wrong as one sentence and its remedy, which may be a question, as another."""
    return f"{what}. {remedy}{'' if remedy.endswith('?') else '.'}"


def show(value: object, limit: int = 60) -> str:
    """Return a value as it is quoted in messages, shortened when it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of more than 4300 digits
        text = "a number too long to show"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def printable(text: str) -> str:
    """Return text that is safe to print: a character that a terminal acts on becomes an escape."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def one_line(text: str, limit: int = 240) -> str:
    """Return text that may be long, such as a key of an answers file, as one line to print.

    Both ends are kept: a place starts with the key and ends with where that comes from.
    """
    line = printable(text).replace("\n", "\\n")
    return line if len(line) <= limit else f"{line[: limit - 60]} … {line[-57:]}"


class ScaffoldError(Exception):
    """Base of every error that is reported to the user without a traceback.

    ``details`` are further keys of the document that ``--json`` prints.
    """

    exit_code = Exit.EXTERNAL
    details: Mapping[str, object] = {}

    def __init__(self, *problems: Problem) -> None:
        self.problems: Sequence[Problem] = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class InputError(ScaffoldError):
    """The flags, the answers file or the typed answers cannot be used; nothing was written."""

    exit_code = Exit.BAD_INPUT


class ConflictError(ScaffoldError):
    """The target holds files that the tool will not touch without consent; nothing was written."""

    exit_code = Exit.CONFLICT


class ExternalError(ScaffoldError):
    """An external program or the operating system failed; nothing of the project was lost."""

    exit_code = Exit.EXTERNAL


class Interrupted(ScaffoldError):  # noqa: N818 - an interruption is not an error of anybody
    """The user left (Ctrl-C, or quit at the last screen); nothing was written."""

    exit_code = Exit.INTERRUPTED
