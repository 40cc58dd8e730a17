"""The flags of ``nxc-scaffold package``, sorted, and turned into layers of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

from scaffold.asking.layers import Layer, nested
from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError, Problem
from scaffold.base.pairs import all_pairs
from scaffold.commands.options import Writing
from scaffold.packages.flags import FLAGS


class Options(Writing, frozen=True, kw_only=True):
    """The flags of the command."""

    name: str | None
    repo: Path
    update: str | None
    module: bool
    settings: tuple[str, ...]
    no_evaluation: bool
    resume: bool

    @classmethod
    def of(cls, flags: Mapping[str, object]) -> Self:
        """Sort the parsed flags into the command's own and those of the questions.

        Raises:
            InputError: two flags contradict each other.

        """
        if flags["update"] and (flags["module"] or flags["name"] or _others(flags)):
            what = "goes with --version, --ref and --hash only"
            raise InputError(Problem("--update", what, "Leave out the rest"))
        return super().of(flags)

    @property
    def interactive(self) -> bool:
        """Whether the user can be asked; ``--update`` asks nothing."""
        return not self.update and super().interactive

    @property
    def memory(self) -> Memory:
        """What is remembered of earlier interviews for this repository."""
        return Memory.of("package", self.repo)

    def layers(self) -> list[Layer]:
        """Return the question flags as layers of answers, each with its flag as source.

        Raises:
            InputError: a ``--set`` is not KEY=VALUE.

        """
        found = [Layer("NAME", {"name": self.name})] if self.name else []
        return [*found, *self._flags(), *self._settings()]

    def _flags(self) -> Iterator[Layer]:
        for flag in FLAGS:
            value = self.given.get(flag.key)
            if flag.repeatable:
                texts = value if isinstance(value, Iterable) else ()
                items = [item for text in texts for item in str(text).split(",") if item]
                if items:
                    yield Layer(flag.flag, {flag.key: items})
            elif value is not None:
                yield Layer(flag.flag, {flag.key: value})

    def _settings(self) -> Iterator[Layer]:
        found = all_pairs(self.settings, "--set", "KEY=VALUE", "licence=MIT", may_be_empty=True)
        for pair in found:
            yield Layer(f"--set {pair.text}", nested(tuple(pair.name.split(".")), pair.value))


def _others(flags: Mapping[str, object]) -> list[str]:
    """Return the flags of questions that an update does not read."""
    read = ("version", "ref", "hash")
    return [flag.flag for flag in FLAGS if flags.get(flag.key) and flag.key not in read]
