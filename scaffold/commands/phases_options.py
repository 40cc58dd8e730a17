"""The flags of ``nxc-scaffold phases``, and the command lines it tells the user to go on with."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import own_folder
from scaffold.commands.nix_flags import nix_options, override_inputs, reach_every_nix
from scaffold.repository.find import Repository


@dataclass(frozen=True)
class Options:
    """The flags of the command; ``what`` is empty when the phases are only to be listed."""

    attr: str
    what: str
    repo: Path
    file: Path | None
    scratch: Path | None
    start: str | None
    until: str | None
    show: str | None
    shell: bool
    patch: str | None
    reset: bool
    override_inputs: tuple[str, ...]
    offline: bool
    nix_options: tuple[str, ...]
    as_json: bool
    quiet: bool
    plain: bool

    @classmethod
    def of(cls, flags: Mapping[str, object]) -> Options:
        """Return the parsed flags. Raises InputError when two of them contradict each other."""
        # click has made each of the type that the fields tell; it cannot be seen here
        typed: dict[str, Any] = {field.name: flags[field.name] for field in fields(cls)}
        options = cls(**typed)
        reach_every_nix(nix_options(options.nix_options))
        override_inputs(options.override_inputs)
        runs = bool(options.what and not options.shell) or bool(options.start or options.until)
        wishes = {"--show": options.show, "--shell": options.shell, "--patch": options.patch,
                  "running phases": runs}  # fmt: skip
        chosen = [name for name, wish in wishes.items() if wish]
        if len(chosen) > 1:
            problem = Problem(" and ".join(chosen), "cannot be done at once", "Give one of them")
            raise InputError(problem)
        return options

    @property
    def nix(self) -> list[str]:
        """The words that any nix command takes."""
        return list(nix_options(self.nix_options))

    @property
    def flake(self) -> list[str]:
        """The words that an evaluation of a flake takes besides."""
        words = override_inputs(self.override_inputs)
        return [*words, *(["--offline"] if self.offline else [])]

    @property
    def runs(self) -> bool:
        """Whether phases are to be run."""
        return bool(self.what or self.start or self.until)

    def command(self, *more: str) -> str:
        """Return the command line that does something else with the same package."""
        words = ["nxc-scaffold", "phases", self.attr, *more]
        if self.repo != Path():
            words += ["--repo", str(self.repo)]
        for flag, path in (("--file", self.file), ("--dir", self.scratch)):
            words += [flag, str(path)] if path else []
        for flag, values in (
            ("--override-input", self.override_inputs),
            ("--nix-option", self.nix_options),
        ):
            words += [word for value in values for word in (flag, value)]
        return shlex.join([*words, *(["--offline"] if self.offline else [])])


def default_scratch(repository: Repository, attr: str) -> Path:
    """Return a folder of its own for each package of each repository, in the user's cache.

    Raises:
        InputError: the user has no home folder.
    """
    cache = own_folder("cache")
    if cache is None:
        what = "is needed where there is no home folder: the folder to work in"
        raise InputError(Problem("--dir", what, "Give --dir DIR"))
    digest = hashlib.sha256(f"{repository.entry}\n{attr}".encode()).hexdigest()[:8]
    plain = "".join(char if char.isalnum() or char in "._-" else "_" for char in attr)
    return cache / "phases" / f"{plain}-{digest}"
