"""Options of services and parts as a screen shows them, with the values that count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaffold.base import values
from scaffold.base.values import InvalidError
from scaffold.catalogue.services import OptionSpec
from scaffold.catalogue.values import of_option
from scaffold.terminal.growing import Answers


@dataclass(frozen=True)
class Option:
    """An option that the chosen parts have; ``role`` is set when each role has its own value."""

    key: str
    spec: OptionSpec
    role: str
    value: object

    @property
    def id(self) -> str:
        """The option's key in the answers, as messages name it."""
        return f"roles.{self.role}.options.{self.key}" if self.role else self.key

    @property
    def usual(self) -> bool:
        """Whether it has the value that it has when nobody says anything."""
        return bool(self.value == self.spec.default)


def table(value: object) -> Answers:
    """Return a table of the answers; what is none counts as an empty one."""
    return dict(value) if isinstance(value, Mapping) else {}


def shown(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "(none)"
    return str(value) if value not in ("", None) else "(none)"


def names_in(value: object) -> list[str]:
    """Return a list of names; what is none counts as empty."""
    try:
        return values.listed(value if value is not None else [])
    except InvalidError:
        return []


def options_of_table(
    prefix: str, role: str, specs: Mapping[str, OptionSpec], given: Answers
) -> Iterator[Option]:
    """Yield the options of one table that have a meaning beside the values of the others."""
    whole = {key: given.get(key, spec.default) for key, spec in specs.items()}
    for key, spec in specs.items():
        if spec.matters(whole):
            yield Option(f"{prefix}.{key}", spec, role, _value(spec, whole[key]))


def _value(spec: OptionSpec, given: object) -> object:
    try:
        found: object = of_option(spec, given)
    except InvalidError:
        return given
    return found
