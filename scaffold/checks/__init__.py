"""Checks of a project on disk before anything is built, from the cheapest to the dearest.

A check says ok only for what it has seen. Without nix, network or store it says "not checked",
why, and the command to run later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from scaffold.base.errors import ExternalError
from scaffold.checks import composition, flake, formatting, syntax, test_script
from scaffold.checks.base import Finding, Result, Session, Subject, missing, not_checked
from scaffold.system import process
from scaffold.system.nix import OnLine
from scaffold.system.nix_errors import NixError

__all__ = ["QUICK_STEPS", "STEPS", "Finding", "Result", "Step", "Subject", "no_command", "run_all"]

#: The name of a check, what runs it, and the command that makes up for it where it cannot run.
Step = tuple[str, Callable[[Session], Result], Callable[[Subject], str]]


def no_command(_: Subject) -> str:
    """Return that there is no command: the check needs no program."""
    return ""


#: The checks in the order in which they run.
STEPS: tuple[Step, ...] = (
    (syntax.NAME, syntax.check, syntax.command),
    (formatting.NAME, formatting.check, formatting.command),
    (composition.NAME, composition.check, flake.command_of),
    (test_script.NAME, test_script.check, no_command),
    (flake.CHECK, flake.check, flake.command_of),
    (flake.FLAVOURS, flake.check_flavours, flake.command_of),
)
#: The checks that need neither nixpkgs nor the network, and take a second.
QUICK_STEPS = tuple(step for step in STEPS if step[0] not in (flake.CHECK, flake.FLAVOURS))


def run_all(
    subject: Subject,
    on_start: Callable[[str], None] | None = None,
    on_done: Callable[[Result], None] | None = None,
    on_line: OnLine = None,
    *,
    steps: tuple[Step, ...] = STEPS,
) -> list[Result]:
    """Run every check and return their results, one for each of ``steps``.

    ``on_start`` gets the name of a check, ``on_done`` its result, ``on_line`` what nix says
    meanwhile (from another thread). Nothing is raised but KeyboardInterrupt.
    """
    session = Session(subject, on_line)
    results = []
    for name, check, command in steps:
        if on_start:
            on_start(name)
        result = _timed(session, name, check, command(subject))
        results.append(result)
        if on_done:
            on_done(result)
    return results


def _timed(session: Session, name: str, check: Callable[[Session], Result], command: str) -> Result:
    """Run one check; a program that is missing or cannot run leaves it not checked."""
    start = time.monotonic()
    try:
        result = check(session)
    except process.MissingProgramError as error:
        result = not_checked(name, missing(error), command)
    except NixError as error:
        result = not_checked(name, error.failure.message, command)
    except (ExternalError, OSError) as error:
        result = not_checked(name, str(error), command)
    return replace(result, seconds=time.monotonic() - start)
