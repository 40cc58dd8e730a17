"""Validators of the catalogue's options, by the type names that its files use."""

from __future__ import annotations

from collections.abc import Callable

from scaffold.base import names
from scaffold.base.values import (
    InvalidError,
    boolean,
    checked,
    integer,
    line,
    listed,
    one_of,
    packages,
    text,
    unique,
)
from scaffold.catalogue.entry import OptionValue
from scaffold.catalogue.services import OptionSpec


def user_names(value: object) -> list[str]:
    """Return account names by the rules of shadow-utils, none of them a system account."""
    remedy = "Choose a name such as alice"
    found = unique([checked(v, names.check_user, remedy) for v in listed(value)])
    if not found:
        raise InvalidError("there is no user", "Give at least one name")
    return found


def path(value: object) -> str:
    """Return an absolute folder of a host that may be shared or mounted."""
    remedy = "Give an absolute path such as /data, outside the system's folders"
    return checked(value, names.check_mount_path, remedy)


def path_or_empty(value: object) -> str:
    """Return an absolute folder of a host, or the empty text for none."""
    return path(value) if text(value).strip() else ""


VALIDATORS: dict[str, Callable[[object], OptionValue]] = {
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


def of_option(spec: OptionSpec, value: object) -> OptionValue:
    """Validate the value of a catalogue option.

    Raises:
        InvalidError: it is not of the option's type or outside its bounds.

    """
    if spec.type == "integer":
        return integer(value, spec.minimum, spec.maximum)
    if spec.type == "choice":
        return one_of(value, spec.choices, "choice")
    return VALIDATORS[spec.type](value)
