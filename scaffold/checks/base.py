"""The words that all checks share: what is checked, what was found, how it went."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from scaffold.base.errors import sentences
from scaffold.survey.views import View
from scaffold.system.nix import OnLine
from scaffold.system.nix_errors import Failure
from scaffold.system.process import MissingProgramError

Status = Literal["ok", "failed", "not checked"]


@dataclass(frozen=True)
class Finding:
    """One defect: ``file`` is relative to the project, ``line`` counts from 1 where known."""

    file: str
    line: int | None
    message: str
    remedy: str

    def __str__(self) -> str:
        """Return the finding as compilers write it, so that editors can jump to the place."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {sentences(self.message.rstrip('.?'), self.remedy)}"


@dataclass(frozen=True)
class Result:
    """How one check went; ``command`` repeats it by hand, ``seconds`` is wall time."""

    name: str
    status: Status
    detail: str
    problems: tuple[Finding, ...] = ()
    command: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Subject:
    """A project to check. All paths but ``project`` are relative to it.

    ``roles`` gives the number of hosts of each role; empty means that it is not known and not
    compared. ``hosts`` gives the host names on each flavour. ``units`` holds the systemd units
    that a test script may wait for, None when they are not known. ``attribute`` is the name of the
    composition in the flake's packages.
    """

    project: Path
    composition: PurePosixPath
    nix_files: tuple[PurePosixPath, ...]
    flavours: tuple[str, ...]
    test_script: PurePosixPath | None = None
    roles: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: frozenset[str] | None = None
    nix_options: tuple[str, ...] = ()
    offline: bool = False
    attribute: str = "composition"

    @property
    def options(self) -> tuple[str, ...]:
        """The options of every nix command on the flake."""
        return (*self.nix_options, *(("--offline",) if self.offline else ()))

    def command(self, argv: Sequence[str]) -> str:
        """Return a command to type in the project's folder."""
        return shlex.join(argv)

    def nix_file_words(self) -> str:
        """Return all Nix files as words of a shell; three or more of a folder are a pattern."""
        folders: dict[PurePosixPath, list[str]] = {}
        for path in self.nix_files:
            folders.setdefault(path.parent, []).append(shlex.quote(str(path)))
        words: list[str] = []
        for folder, files in folders.items():
            above = f"{shlex.quote(str(folder))}/" if folder.parts else ""
            words += files if len(files) < 3 else [f"{above}*.nix"]
        return " ".join(words)


@dataclass
class Session:
    """What one check leaves for those after it.

    ``blocked`` says why nix cannot read the project; ``views`` is what the composition evaluates
    to on each flavour; ``flake`` is the result of ``nix flake check``.
    """

    subject: Subject
    on_line: OnLine = None
    blocked: str = ""
    views: dict[str, View] = field(default_factory=dict)
    flake: Result | None = None


def judged(name: str, problems: Sequence[Finding], detail: str, command: str = "") -> Result:
    """Return ok or failed, depending on whether something was found."""
    if not problems:
        return Result(name, "ok", detail, (), command)
    count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
    return Result(name, "failed", count, tuple(problems), command)


def not_checked(name: str, reason: str, command: str = "") -> Result:
    """Return a result that claims nothing, with the command to run later."""
    return Result(name, "not checked", reason, (), command)


def missing(error: MissingProgramError) -> str:
    """Return the reason for not checking without a program, and how to get it."""
    problem = error.problems[0]
    return f"{problem.where} is not on PATH. {problem.remedy}"


def finding(failure: Failure, file: str) -> Finding:
    """Turn an evaluation error into a finding, in ``file`` when nix named no place."""
    return Finding(failure.file or file, failure.line, failure.message, failure.remedy)


def plural(count: int, noun: str) -> str:
    """Return ``1 file`` or ``3 files``."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
