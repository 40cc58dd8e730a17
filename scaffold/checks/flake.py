"""The flake evaluates: ``nix flake check`` once, then each flavour by itself where it did not.

``nix flake check`` forces the derivation of every package, so when it passes it only remains to
see that the chosen flavours are among the packages, which costs no second evaluation. When it
fails it names one error and no flavour: then every flavour is evaluated by itself.
"""

from __future__ import annotations

from dataclasses import replace

from scaffold.checks.base import (
    Finding,
    Result,
    Session,
    Subject,
    finding,
    judged,
    missing,
    not_checked,
)
from scaffold.system import nix
from scaffold.system.nix_config import nix_words
from scaffold.system.nix_errors import Failure, NixError
from scaffold.system.process import MissingProgramError

CHECK = "flake check"
FLAVOURS = "evaluation"


def command_of(subject: Subject) -> str:
    """Return the command that evaluates every output, each flavour included."""
    return subject.command([*nix_words(), "flake", "check", *subject.options])


def check(session: Session) -> Result:
    """Run ``nix flake check`` on the project."""
    subject = session.subject
    command = command_of(subject)
    if session.blocked:
        return not_checked(CHECK, session.blocked, command)
    try:
        nix.require()
        with nix.flake_source(subject.project) as reference:
            nix.flake_check(
                subject.project, subject.options, reference=reference, on_line=session.on_line
            )
    except NixError as error:
        session.flake = _failed(CHECK, error.failure, command)
    except MissingProgramError as error:
        session.flake = not_checked(CHECK, missing(error), command)
    else:
        session.flake = judged(CHECK, [], "every output evaluates", command)
    return session.flake


def _failed(name: str, failure: Failure, command: str) -> Result:
    """Return failed for a defect of the project, and not checked for anything else."""
    if failure.is_defect:
        return judged(name, [finding(failure, "flake.nix")], "", command)
    return not_checked(name, failure.reason, command)


def check_flavours(session: Session) -> Result:
    """See that every chosen flavour is a package of the flake and that its derivation evaluates."""
    subject, done = session.subject, session.flake
    command = command_of(subject)
    if done is None or done.status == "not checked":
        reason = session.blocked or "the flake check comes first"
        return not_checked(FLAVOURS, reason, command)
    try:
        with nix.flake_source(subject.project) as reference:
            if done.status == "ok":
                return _offered(session, reference, command)
            return _one_by_one(session, reference, command)
    except NixError as error:
        return _failed(FLAVOURS, error.failure, command)


def _offered(session: Session, reference: str, command: str) -> Result:
    """Compare the names of the packages with the chosen flavours."""
    subject = session.subject
    names = nix.flake_packages(
        subject.project, subject.options, reference=reference, on_line=session.on_line
    )
    problems = [
        Finding(
            "flake.nix",
            None,
            f"it has no package {subject.attribute}::{flavour}",
            "Add the flavour to the argument flavours of nxc.lib.compose",
        )
        for flavour in subject.flavours
        if f"{subject.attribute}::{flavour}" not in names
    ]
    return judged(FLAVOURS, problems, " · ".join(subject.flavours), command)


def _one_by_one(session: Session, reference: str, command: str) -> Result:
    """Evaluate every flavour, and say which fail and how."""
    subject = session.subject
    problems = []
    for flavour in subject.flavours:
        try:
            nix.eval_flavour(
                subject.project,
                subject.attribute,
                flavour,
                subject.options,
                reference=reference,
                on_line=session.on_line,
            )
        except NixError as error:
            if not error.failure.is_defect:
                raise
            found = finding(error.failure, "flake.nix")
            problems.append(replace(found, message=f"{flavour}: {found.message}"))
    return judged(FLAVOURS, problems, " · ".join(subject.flavours), command)
