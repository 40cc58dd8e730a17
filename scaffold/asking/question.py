"""Questions: each is a prompt, a flag and a key of the answers file, with one validator for all.

What questions are judged by (the catalogue, for a composition) is the type parameter ``K``, their
``knowledge``; nothing here looks into it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from scaffold.asking.flag import Flag
from scaffold.asking.layers import Answers, Layer, source_of
from scaffold.base import values
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.values import InvalidError, did_you_mean

K = TypeVar("K")
T = TypeVar("T")
#: Where an answer stands, from the outermost table inwards.
Key = tuple[str, ...]


@dataclass
class Context(Generic[K]):
    """What a validator is given: the knowledge to judge by, and where to report problems.

    A validator reports and goes on, so that all problems of one input are told at once. ``source``
    returns where an answer came from, or empty text.
    """

    knowledge: K
    source: Callable[[Key], str] = lambda _: ""
    problems: list[Problem] = field(default_factory=list)

    def reject(self, key: Key, what: str, remedy: str) -> None:
        """Report what is wrong with an answer, and where that answer came from."""
        source = self.source(key)
        where = ".".join(key) + (f" ({source})" if source else "")
        self.problems.append(Problem(where, what, remedy))

    def take(self, key: Key, parse: Callable[[object], T], value: object) -> T | None:
        """Validate one value; report and return None when it cannot be used."""
        try:
            return parse(value)
        except InvalidError as error:
            self.reject(key, error.what, error.remedy)
            return None

    def table(self, key: Key, value: object, known: Iterable[str]) -> dict[str, object]:
        """Return the known entries of a table; report the unknown ones."""
        if not isinstance(value, Mapping):
            self.reject(key, f"{show(value)} is not a table", f"Write [{'.'.join(key)}]")
            return {}
        choices = list(known)
        for name in value:
            if name not in choices:
                remedy = did_you_mean(str(name), choices)
                self.reject((*key, str(name)), "there is no such key", remedy)
        return {name: value[name] for name in value if name in choices}

    def each_of(self, key: Key, value: object, known: Collection[str], what: str) -> list[str]:
        """Return those of a list that are known, in its order; report each of the others."""
        found = self.take(key, lambda v: values.unique(values.listed(v)), value) or []
        taken = [self.take(key, lambda v: values.one_of(v, known, what), v) for v in found]
        return [name for name in taken if name is not None]


Parser = Callable[[object, Context[K]], object]
Recommend = Callable[[Answers, K], object]


@dataclass(frozen=True)
class Question(Generic[K]):
    """One question: its ``flag`` names the flag and the key in the answers file.

    ``recommended`` gives the answer that ``--defaults`` takes, or None when there is none. A
    question that is not ``required`` has an answer (the recommended one) when it is left out.
    ``asked`` says whether it has a meaning beside the other answers. ``instead`` is how a missing
    answer can be given, where that is not simply its flag or ``--defaults``.
    """

    flag: Flag
    message: str
    parse: Parser[K]
    recommended: Recommend[K]
    required: bool = True
    asked: Callable[[Answers, K], bool] = lambda _answers, _knowledge: True
    instead: str = ""

    @property
    def key(self) -> str:
        """The key in the answers file."""
        return self.flag.key

    @property
    def ways(self) -> str:
        """How a missing answer can be given, as it reads after "Give"."""
        return self.instead or f"{self.flag.flag} {self.flag.metavar}, or --defaults"

    @property
    def help(self) -> str:
        """What the answer means."""
        return self.flag.help


def fixed(answer: object) -> Recommend[object]:
    """Return a recommendation that does not depend on other answers."""
    return lambda _answers, _knowledge: answer


def missing(answers: Answers, questions: Iterable[Question[K]]) -> list[Problem]:
    """Return a problem for each required answer that is not there, naming its flag."""
    return [
        Problem(question.key, "is not answered", f"Give {question.ways}")
        for question in questions
        if question.required and answers.get(question.key) is None
    ]


def with_recommended(
    answers: Answers, knowledge: K, questions: Iterable[Question[K]], *, all_of_them: bool
) -> dict[str, object]:
    """Fill in recommended answers: all of them, or only those that need not be given."""
    filled = dict(answers)
    for question in questions:
        if filled.get(question.key) is None and (all_of_them or not question.required):
            value = question.recommended(filled, knowledge)
            if value is not None:
                filled[question.key] = value
    return filled


def parse_given(
    answers: Answers,
    knowledge: K,
    questions: Sequence[Question[K]],
    layers: Sequence[Layer] = (),
    *,
    besides: Iterable[str] = (),
) -> dict[str, object]:
    """Validate the answers that are there, each on its own, and return them by key.

    ``besides`` are keys that an answers file may have and that answer no question. Problems name
    the ``layers`` that the answers came from.

    Raises:
        InputError: with every problem that was found.
    """
    ctx = Context(knowledge, source=lambda key: source_of(layers, key))
    known = [question.key for question in questions]
    for key in answers:
        if key not in known and key not in besides:
            ctx.reject((str(key),), "there is no such key", did_you_mean(str(key), known))
    parsed = {
        question.key: question.parse(answers[question.key], ctx)
        for question in questions
        if answers.get(question.key) is not None
    }
    if ctx.problems:
        raise InputError(*ctx.problems)
    return parsed
