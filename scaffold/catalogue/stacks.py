"""Stacks, optional files and boots that were seen: entries of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from scaffold.catalogue.entry import Entry


class StackRole(Struct, frozen=True):
    """A role of a stack: how many hosts it has, and the parts that they run."""

    count: int
    parts: tuple[str, ...]


class Stack(Entry, frozen=True):
    """A named set of answers, offered as a place to start from."""

    name: str
    description: str
    answers: Mapping[str, object]

    @property
    def roles(self) -> dict[str, StackRole]:
        """The roles that the stack has, by name; what is no role is left out."""
        found = self.answers.get("roles")
        return {
            str(name): StackRole(
                count=table["count"] if isinstance(table.get("count"), int) else 1,
                parts=_texts(table.get("parts")),
            )
            for name, table in (found.items() if isinstance(found, Mapping) else ())
            if isinstance(table, Mapping)
        }

    @property
    def flavours(self) -> tuple[str, ...]:
        """The flavours that the stack chooses; none where it leaves them open."""
        return _texts(self.answers.get("flavours"))

    @property
    def release(self) -> str:
        """The release that the stack chooses, or empty text."""
        return str(self.answers.get("release") or "")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


class Extra(Entry, frozen=True):
    """A group of optional files of a generated project."""

    name: str
    description: str


class Trial(Entry, frozen=True):
    """What came of trying a stack: the result of each subtest of its test script, booted.

    ``subtests`` maps the name of a subtest to "passed", "failed: WHY" or "not shown: WHY"; a trial
    without any is an evaluation by Nix. ``answers`` says what was answered in place of the stack's
    own answers, ``month`` is written as 2026-11, ``seconds`` is what the boot and the test script
    took on the machine of the trial. ``digest`` identifies the generated files that were booted;
    ``changed`` says that the tool generates others today.
    """

    name: str
    stack: str
    nixpkgs: str
    month: str
    answers: str = ""
    flavour: str = "vm"
    seconds: int = 0
    digest: str = ""
    changed: bool = False
    subtests: dict[str, str] = field(default_factory=dict)
