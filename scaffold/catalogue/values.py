"""Validators of single values, by the type names that options and questions use.

One validator serves the prompt, the flag and the answers file. Prompts and flags hand over text,
files hand over TOML values, so numbers, booleans and lists are taken in both shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scaffold.base import names
from scaffold.base.errors import sentences
from scaffold.base.errors import show as show
from scaffold.catalogue.entries import OptionSpec


class InvalidError(Exception):
    """A value cannot be used: ``what`` quotes it and gives the reason, ``remedy`` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(sentences(what, remedy))


def text(value: Any) -> str:
    """Return text as it is; anything else is refused."""
    if not isinstance(value, str):
        raise InvalidError(f"{show(value)} is not text", "Put it in quotes")
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise InvalidError(f"{show(value)} holds a character that no file can hold", "Remove it")
    return value


def line(value: Any) -> str:
    """Return one line of text without the blanks around it."""
    found = text(value).strip()
    if len(found.splitlines()) > 1:
        raise InvalidError(f"{show(found)} has several lines", "Give it on one line")
    return found


def integer(value: Any, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return a whole number within the bounds, both included."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    digits = isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,12}\s*", value)
    if not (is_number or digits):
        raise InvalidError(f"{show(value)} is not a whole number", "Give a number such as 2")
    number = int(value)
    if minimum is not None and number < minimum:
        raise InvalidError(f"{show(number)} is too small", f"Give at least {minimum}")
    if maximum is not None and number > maximum:
        raise InvalidError(f"{show(number)} is too large", f"Give at most {maximum}")
    return number


def boolean(value: Any) -> bool:
    """Return a yes or a no."""
    words = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise InvalidError(f"{show(value)} is neither yes nor no", "Give true or false")


def listed(value: Any) -> list[str]:
    """Return a list of texts; text is split at commas."""
    if isinstance(value, str):
        return [item for item in (part.strip() for part in value.split(",")) if item]
    if isinstance(value, (list, tuple)):
        return [text(item).strip() for item in value]
    raise InvalidError(f"{show(value)} is not a list", "Give names separated by commas")


def one_of(value: Any, known: Iterable[str], what: str) -> str:
    """Return the value when it is one of the known ones; else name the closest."""
    choices = list(known)
    found = str(value) if isinstance(value, (int, float)) else text(value).strip()
    if found in choices:
        return found
    raise InvalidError(f"there is no {what} {show(found)}", did_you_mean(found, choices))


def did_you_mean(value: str, choices: Sequence[str]) -> str:
    """Return the remedy for an unknown name: the closest one, or all of them."""
    near = names.closest(value, choices)
    known = ", ".join(choices) if len(choices) <= 12 else f"{', '.join(choices[:12])} …"
    return f"Did you mean {near}?" if near else f"Choose from {known or '(none)'}"


def checked(value: Any, check: Callable[[str], str | None], remedy: str) -> str:
    """Return a name that ``check`` has nothing against."""
    return as_it_is(text(value).strip(), check, remedy)


def as_it_is(value: Any, check: Callable[[str], str | None], remedy: str) -> str:
    """Return a name, such as a key of a table, that ``check`` has nothing against as it is."""
    found = text(value)
    reason = check(found)
    if reason:
        raise InvalidError(f"{show(found)} {reason}", remedy)
    return found


def unique(values: list[str]) -> list[str]:
    """Return the list when nothing is in it twice."""
    twice = sorted({v for v in values if values.count(v) > 1})
    if twice:
        raise InvalidError(f"{show(twice[0])} is given twice", "Give it once")
    return values


def user_names(value: Any) -> list[str]:
    """Return account names by the rules of shadow-utils, none of them a system account."""
    remedy = "Use lower-case letters, digits, - and _, and no system account"
    found = unique([checked(v, names.check_user, remedy) for v in listed(value)])
    if not found:
        raise InvalidError("there is no user", "Give at least one name")
    return found


def packages(value: Any) -> list[str]:
    """Return attribute paths below ``pkgs``, such as jq or python3Packages.numpy."""
    remedy = "Give the attribute under pkgs, as search.nixos.org shows it"
    return unique([checked(v, names.check_package, remedy) for v in listed(value)])


def path(value: Any) -> str:
    """Return an absolute folder of a host that may be shared or mounted."""
    remedy = "Give an absolute path such as /data, outside the system's folders"
    return checked(value, names.check_mount_path, remedy)


def path_or_empty(value: Any) -> str:
    """Return an absolute folder of a host, or the empty text for none."""
    return path(value) if text(value).strip() else ""


VALIDATORS: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "line": line,
    "bool": boolean,
    "users": user_names,
    "packages": packages,
    "path": path,
    "path-or-empty": path_or_empty,
}
#: What the ``type`` of an option in the catalogue may be.
OPTION_TYPES = (*VALIDATORS, "integer", "choice")


def of_option(spec: OptionSpec, value: Any) -> Any:
    """Validate the value of a catalogue option.

    Raises:
        InvalidError: it is not of the option's type or outside its bounds.

    """
    if spec.type == "integer":
        return integer(value, spec.minimum, spec.maximum)
    if spec.type == "choice":
        return one_of(value, spec.choices, "choice")
    return VALIDATORS[spec.type](value)
