"""Validators of single values: each returns the value in its proper form, or says what is wrong.

One validator serves the prompt, the flag and the answers file. Prompts and flags hand over text,
files hand over TOML values, so numbers, booleans and lists are taken in both shapes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable

from scaffold.base import names
from scaffold.base.errors import sentences, show


class InvalidError(Exception):
    """A value cannot be used: ``what`` quotes it and gives the reason, ``remedy`` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(sentences(what, remedy))


def text(value: object) -> str:
    """Return text as it is; anything else is refused."""
    if not isinstance(value, str):
        raise InvalidError(f"{show(value)} is not text", "Put it in quotes")
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise InvalidError(f"{show(value)} holds a character that no file can hold", "Remove it")
    return value


def line(value: object) -> str:
    """Return one line of text without the blanks around it."""
    found = text(value).strip()
    if len(found.splitlines()) > 1:
        raise InvalidError(f"{show(found)} has several lines", "Give it on one line")
    return found


def integer(value: object, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return a whole number within the bounds, both included."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    digits = isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,12}\s*", value)
    if not (isinstance(value, (int, str)) and (is_number or digits)):
        raise InvalidError(f"{show(value)} is not a whole number", "Give a number such as 2")
    number = int(value)
    if minimum is not None and number < minimum:
        raise InvalidError(f"{show(number)} is too small", f"Give at least {minimum}")
    if maximum is not None and number > maximum:
        raise InvalidError(f"{show(number)} is too large", f"Give at most {maximum}")
    return number


def boolean(value: object) -> bool:
    """Return a yes or a no."""
    words = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise InvalidError(f"{show(value)} is neither yes nor no", "Give yes or no")


def listed(value: object) -> list[str]:
    """Return a list of texts; text is split at commas."""
    if isinstance(value, str):
        return [item for item in (part.strip() for part in value.split(",")) if item]
    if isinstance(value, (list, tuple)):
        return [text(item).strip() for item in value]
    raise InvalidError(f"{show(value)} is not a list", "Give names separated by commas")


def one_of(value: object, known: Collection[str], what: str) -> str:
    """Return the value when it is one of the known ones; else name the closest."""
    found = str(value) if isinstance(value, (int, float)) else text(value).strip()
    if found in known:
        return found
    raise InvalidError(f"there is no {what} {show(found)}", did_you_mean(found, list(known)))


def some_of(value: object, known: Collection[str], what: str) -> list[str]:
    """Return a list of known values, none twice."""
    return [one_of(item, known, what) for item in unique(listed(value))]


def did_you_mean(value: str, choices: Iterable[str], otherwise: str | None = None) -> str:
    """Return the remedy for an unknown name: the closest one there is.

    Where none is close, it is ``otherwise``, or else a list of the choices, cut after twelve.
    """
    there = list(choices)
    near = names.closest(value, there)
    if near is not None:
        return f"Did you mean {near}?"
    if otherwise is not None:
        return otherwise
    return f"Choose from {', '.join(there[:12]) or '(none)'}{' …' if len(there) > 12 else ''}"


def checked(value: object, check: Callable[[str], str | None], remedy: str) -> str:
    """Return a name without the blanks around it, once ``check`` gives no reason against it.

    Raises:
        InvalidError: it is no text, or ``check`` returned why it cannot be used.

    """
    return as_it_is(text(value).strip(), check, remedy)


def as_it_is(value: object, check: Callable[[str], str | None], remedy: str) -> str:
    """Return a name as it was written, such as a key of a table; else like :func:`checked`."""
    found = text(value)
    if not found:
        raise InvalidError("is empty", remedy)
    if reason := check(found):
        raise InvalidError(f"{show(found)} {reason}", remedy)
    return found


def unique(values: list[str]) -> list[str]:
    """Return the list when nothing is in it twice."""
    twice = sorted(value for value, count in Counter(values).items() if count > 1)
    if twice:
        raise InvalidError(f"{show(twice[0])} is given twice", "Give it once")
    return values


def packages(value: object) -> list[str]:
    """Return attribute paths below ``pkgs``, such as jq or python3Packages.numpy."""
    remedy = "Give the attribute under pkgs, as search.nixos.org shows it"
    return unique([checked(v, names.check_package, remedy) for v in listed(value)])
