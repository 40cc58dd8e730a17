"""The flags of the commands that write, sorted and checked against each other."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from msgspec import Struct

from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError, Problem
from scaffold.commands.nix_flags import nix_options, override_inputs, reach_every_nix
from scaffold.writer.steps import Decision


class Writing(Struct, frozen=True, kw_only=True):
    """The flags of every command that writes; ``given`` holds those of its questions."""

    answers_file: Path | None
    defaults: bool
    force: bool
    keep: bool
    dry_run: bool
    diff: bool
    no_check: bool
    no_git: bool
    offline: bool
    nix_options: tuple[str, ...]
    as_json: bool
    quiet: bool
    plain: bool
    verbose: bool
    given: Mapping[str, object]

    @classmethod
    def of(cls, flags: Mapping[str, object]) -> Self:
        """Sort the parsed flags into the command's own and those of the questions.

        Raises:
            InputError: two flags contradict each other.

        """
        exclusive = (
            ("force", "keep"), ("force", "conflict"), ("keep", "conflict"), ("resume", "defaults")
        )  # fmt: skip
        for pair in exclusive:
            if all(flags.get(name) for name in pair):
                where = ", ".join(f"--{name}" for name in pair)
                raise InputError(Problem(where, "contradict each other", "Give one of them"))
        names = set(cls.__struct_fields__) - {"given"}
        given = {key: value for key, value in flags.items() if key not in names}
        # click has made each of the type that the fields tell; it cannot be seen here
        typed: dict[str, Any] = {key: flags[key] for key in names if key in flags}
        options = cls(**typed, given=given)
        _ = options.nix_words  # what is wrong with them is told before anything is done
        reach_every_nix(nix_options(options.nix_options))
        return options

    @property
    def nix_words(self) -> tuple[str, ...]:
        """What is passed on to nix.

        Raises:
            InputError: a flag is not NAME=VALUE.

        """
        return nix_options(self.nix_options)

    @property
    def decision(self) -> Decision | None:
        """What the flags say about every conflict, if they say anything."""
        if self.force:
            return Decision.OVERWRITE
        return Decision.KEEP if self.keep else None

    @property
    def interactive(self) -> bool:
        """Whether the user can be asked: only in a terminal, and only when wanted."""
        wanted = not (self.defaults or self.as_json or self.quiet)
        return wanted and sys.stdin.isatty() and sys.stdout.isatty()


class Common(Writing, frozen=True, kw_only=True):
    """The flags that ``new`` and ``multi`` share."""

    directory: Path | None
    catalogues: tuple[Path, ...]
    resume: bool
    no_flake_check: bool
    override_inputs: tuple[str, ...]
    conflict: str | None

    @property
    def decision(self) -> Decision | None:
        """What the flags say about every conflict, if they say anything."""
        return Decision(self.conflict) if self.conflict else super().decision

    @property
    def nix_words(self) -> tuple[str, ...]:
        """What is passed on to nix; flakes have inputs besides, which can be replaced."""
        return (*override_inputs(self.override_inputs), *super().nix_words)


class Options(Common, frozen=True, kw_only=True):
    """The flags of ``new`` and ``multi``, which has not all of them.

    Each of ``compositions`` is NAME or NAME=STACK. ``shown_as`` is the command that the user gave,
    where it is another one.
    """

    command: str = "new"
    shown_as: str = ""
    stack: str | None = None
    drop_role: tuple[str, ...] = ()
    template: str | None = None
    template_ref: str | None = None
    template_values: tuple[str, ...] = ()
    trust: bool = False
    compositions: tuple[str, ...] = ()

    @property
    def memory(self) -> Memory:
        """What is remembered of earlier interviews for the target folder."""
        return Memory.of(self.command, self.directory, self.shown_as)
