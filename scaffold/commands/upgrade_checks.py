"""What follows the writing of an upgrade: the lock, the checks, and every flavour evaluated."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import ExternalError
from scaffold.checks import engine, settings
from scaffold.checks.engine import Run
from scaffold.checks.rule import Level, Severity
from scaffold.migrate.upgrade import Outcome
from scaffold.survey.discovery import survey
from scaffold.survey.session import Session
from scaffold.system import nix

#: Seconds that nix may take to fetch the inputs for a lock file.
_LOCK_SECONDS = 600


@dataclass(frozen=True)
class Checked:
    """What the checks found in what was written.

    ``skipped`` says why the flavours were not evaluated, empty when they were.
    """

    run: Run
    skipped: str

    @property
    def failed(self) -> bool:
        """Say whether a check found a defect."""
        return any(finding.severity >= Severity.ERROR for finding in self.run.findings)


def lock(outcome: Outcome) -> None:
    """Lock the inputs anew where flake.lock is for other addresses.

    Without a network it stays as it is: what is stale is told anyway, with the command.
    """
    if outcome.stale:
        with suppress(ExternalError):
            nix.flake_lock(outcome.root, timeout=_LOCK_SECONDS)


def checked(outcome: Outcome, unwanted: str, announce: Callable[[], None]) -> Checked:
    """Check what was written, by evaluation too where nix and nixpkgs are there.

    ``unwanted`` says why the caller wants no evaluation, empty when it does; ``announce`` is called
    before the evaluation, which takes minutes.
    """
    if not unwanted:
        announce()
    table = settings.project_table(outcome.root)
    found = survey([outcome.root], Session())
    run = engine.run(found, lambda _: table.wanted(evaluate=not unwanted))
    return Checked(run, unwanted or _not_done(run))


def _not_done(run: Run) -> str:
    """Return why the evaluation that was asked for was not done."""
    levels = [each for target in run.checked for each in target.levels]
    done = [each for each in levels if each.level is Level.EVALUATION]
    if not done:
        return "packages are not evaluated by the checks"
    return next((each.reason for each in done if each.status == "not done"), "")


def later(root: Path, *, packages: bool) -> str:
    """Return the command that evaluates later what was not evaluated now."""
    if not packages:
        return shlex.join(["nxc-scaffold", "check", "--eval", str(root)])
    if (root / "flake.nix").is_file():
        return shlex.join(["nix", "flake", "check", str(root)])
    return shlex.join(["nix-instantiate", str(root)])
