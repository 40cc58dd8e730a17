"""What compositions and their roles say of themselves when they are called with stand-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scaffold.survey.compose_call import ComposeCall


@dataclass(frozen=True)
class Place:
    """Where nix says that an attribute is set; line and column count from 1."""

    file: Path
    line: int
    column: int


@dataclass(frozen=True)
class Option:
    """An option that a role sets: path, kind of value (``bool``, ``list``, ``package`` …), value.

    ``value`` is that of a boolean, number or text; the items of a list, a package as
    ``{"package": name}``; None for the rest. ``place`` is None where nix does not know it.
    ``whole`` is the value with all that is in it, and None where that is not known: a function, or
    what a function of nixpkgs made. ``priority`` is that of ``mkOverride``: the lowest counts.
    """

    path: tuple[str, ...]
    kind: str
    value: object
    place: Place | None
    whole: object = None
    priority: int = 100

    @property
    def name(self) -> str:
        """The path with dots."""
        return ".".join(self.path)


def texts_of(option: Option) -> Iterator[str]:
    """Yield the texts of an option's value: itself, or the items of a list."""
    if isinstance(option.value, str):
        yield option.value
    elif isinstance(option.value, list):
        yield from (item for item in option.value if isinstance(item, str))


@dataclass(frozen=True)
class RoleOptions:
    """What a role sets; ``unknown`` names modules of which nothing is known (those of inputs).

    ``failure`` says why the role could not be called; its options are then not known.
    """

    options: tuple[Option, ...] = ()
    unknown: tuple[str, ...] = ()
    failure: str = ""

    def value(self, name: str) -> object:
        """Return what an option is set to, or None."""
        return next((o.value for o in self.options if o.name == name), None)

    def below(self, prefix: str) -> Iterator[Option]:
        """Yield the options below a path."""
        parts = tuple(prefix.split("."))
        yield from (o for o in self.options if o.path[: len(parts)] == parts)


@dataclass(frozen=True)
class View:
    """A composition as one flavour sees it; ``roles`` gives the kind of each (``lambda``, ``set``).

    ``distribution`` holds a number, a list of names, or the type of anything else as text.
    ``docker_published`` has the ports of each role that docker publishes, None for no texts.
    """

    name: str
    flavour: str
    keys: tuple[str, ...]
    roles: Mapping[str, str]
    distribution: Mapping[str, int | list[str] | str]
    test_script: str | None
    docker_ports: tuple[str, ...]
    is_function: bool
    places: Mapping[str, Place] = field(default_factory=dict)
    docker_published: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The host names that the library makes (actions.py; flavours/docker.py for a one)."""
        hosts: list[str] = []
        for role in self.roles:
            given = self.distribution.get(role)
            if isinstance(given, list):
                hosts += given
            elif not isinstance(given, int) or (given == 1 and self.flavour == "docker"):
                hosts.append(role)
            else:
                hosts += [f"{role}{index}" for index in range(1, given + 1)]
        return tuple(hosts)


@dataclass(frozen=True)
class Failure:
    """Why a composition could not be called; ``is_defect`` when its text must be wrong."""

    message: str
    is_defect: bool
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Called:
    """What came of calling the compositions of one ``lib.compose``: views by name and flavour."""

    call: ComposeCall | None
    views: Mapping[str, Mapping[str, View]] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, RoleOptions]] = field(default_factory=dict)
