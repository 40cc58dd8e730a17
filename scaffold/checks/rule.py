"""What a rule is: a code, what it looks for and why, and the function that looks.

A rule is declared where it is written, by the decorator :func:`rule`, and found by importing the
modules below :mod:`scaffold.checks.rules`: to add one is to add a file to one of its families.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the target knows rules' findings, not the other way round
    from scaffold.checks.target import Target


class Severity(IntEnum):
    """How bad a finding is; higher is worse."""

    NOTE = 1
    """Worth knowing; nothing has to change."""
    WARNING = 2
    """It works, and will surprise somebody."""
    ERROR = 3
    """It does not do what it says, or does not work at all."""

    @property
    def word(self) -> str:
        """The name as it is printed."""
        return self.name.lower()


class Level(IntEnum):
    """What a rule needs, the cheapest first."""

    TEXT = 1
    STUB = 2
    DEEP = 3
    NAMES = 4
    EVALUATION = 5

    @property
    def title(self) -> str:
        """What is done on the level, in words."""
        return _TITLES[self]


_TITLES = {
    Level.TEXT: "text and syntax",
    Level.STUB: "compositions called with stand-ins",
    Level.DEEP: "roles called with stand-ins",
    Level.NAMES: "names that the release has",
    Level.EVALUATION: "evaluation of every flavour",
}


class Kind(Enum):
    """What a rule looks at."""

    PROJECT = "a project of NixOS Compose"
    REPOSITORY = "a NUR repository"
    FILES = "any Nix file"


#: For rules that look at whatever was found.
ANY_KIND = frozenset(Kind)


@dataclass(frozen=True)
class Edit:
    """Replace the text of a file from ``start`` to ``end`` (offsets in characters) by ``new``."""

    path: Path
    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Hit:
    """What a rule found: where, what, and the edits that mend it where that is certain.

    An empty ``remedy`` means the rule's own; ``severity`` None means the rule's.
    """

    path: Path
    line: int | None
    message: str
    column: int | None = None
    remedy: str = ""
    severity: Severity | None = None
    edits: tuple[Edit, ...] = ()


Check = Callable[["Target"], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``why`` says why it matters, ``remedy`` what to do, as an imperative; ``bad`` and ``good`` are
    an example before and after. ``since`` tells for which NixOS Compose, Nix or nixpkgs it holds,
    empty for all. ``sure`` says how a false alarm can come about, empty when none is known.
    ``by_default`` is false for a rule that only runs when it is selected. A finding is left out
    when one of the rules ``repeats`` has found the cause, in the same project.
    """

    code: str
    name: str
    title: str
    severity: Severity
    level: Level
    kinds: frozenset[Kind]
    why: str
    remedy: str
    check: Check
    bad: str = ""
    good: str = ""
    since: str = ""
    sure: str = ""
    fixable: bool = False
    by_default: bool = True
    repeats: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The package of modules that holds the rule, such as ``flake`` or ``test_script``."""
        return self.check.__module__.split(".")[-2]


_declared: dict[str, Rule] = {}


def rule(
    code: str,
    name: str,
    title: str,
    *,
    severity: Severity,
    level: Level = Level.TEXT,
    kinds: frozenset[Kind] = frozenset({Kind.PROJECT}),
    why: str,
    remedy: str,
    bad: str = "",
    good: str = "",
    since: str = "",
    sure: str = "",
    fixable: bool = False,
    by_default: bool = True,
    repeats: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Declare the decorated function as a rule, see :class:`Rule`.

    Raises:
        ValueError: another rule has the code or the name.

    """

    def declared(check: Check) -> Check:
        new = Rule(
            code, name, title, severity, level, kinds, why, remedy, check, bad, good, since, sure,
            fixable, by_default, repeats,
        )  # fmt: skip
        old = _declared.get(code)
        if old is not None and (old.name, old.family) != (new.name, new.family):
            raise ValueError(f"{code} is both {old.name} and {name}")
        _declared[code] = new
        return check

    return declared


def declared_rules() -> tuple[Rule, ...]:
    """Return the rules of the modules that were imported so far, by code."""
    return tuple(_declared[code] for code in sorted(_declared))
