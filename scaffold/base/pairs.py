"""Texts of the form ``NAME=VALUE``, in which many flags take what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffold.base.errors import InputError, Problem, show


@dataclass(frozen=True)
class Pair:
    """A text ``NAME=VALUE`` in its parts; ``text`` is the whole, as messages quote it."""

    text: str
    name: str
    value: str


def pairs(
    texts: Iterable[str],
    flag: str,
    form: str,
    example: str,
    problems: list[Problem],
    *,
    may_be_empty: bool = False,
) -> Iterator[Pair]:
    """Yield the pairs that a flag was given; a text that is no pair becomes a problem.

    The problem quotes the text, and shows the ``form`` (``INPUT=REF``) and an ``example`` of it.
    The value, which is all after the first equals sign, is empty only if it ``may_be_empty``.
    """
    for text in texts:
        name, equals, value = text.partition("=")
        if name and equals and (value or may_be_empty):
            yield Pair(text, name, value)
        else:
            problems.append(Problem(flag, f"{show(text)} is not {form}", f"Write it as {example}"))


def all_pairs(
    texts: Iterable[str], flag: str, form: str, example: str, *, may_be_empty: bool = False
) -> list[Pair]:
    """Return the pairs that a flag was given.

    Raises:
        InputError: with every text that is none.
    """
    problems: list[Problem] = []
    found = list(pairs(texts, flag, form, example, problems, may_be_empty=may_be_empty))
    if problems:
        raise InputError(*problems)
    return found
