"""Every Nix file is Nix: ``nix-instantiate --parse``, which needs no store and no network."""

from __future__ import annotations

from pathlib import PurePosixPath

from scaffold.checks.base import Finding, Result, Session, Subject, judged, not_checked, plural
from scaffold.system import nix
from scaffold.system.nix_errors import NixError

NAME = "syntax"


def command(subject: Subject) -> str:
    """Return the command that parses every file; nix prints what it parsed, which says nothing."""
    return f"nix-instantiate --parse {subject.nix_file_words()} > /dev/null"


def check(session: Session) -> Result:
    """Parse every Nix file; a syntax error blocks the checks that need nix to read the project."""
    subject = session.subject
    nix.require()
    problems: list[Finding] = []
    for path in subject.nix_files:
        try:
            problems += _problems(session, path)
        except NixError as error:
            return not_checked(NAME, error.failure.message, command(subject))
    if problems:
        session.blocked = "the syntax check failed"
    return judged(NAME, problems, plural(len(subject.nix_files), "file"), command(subject))


def _problems(session: Session, path: PurePosixPath) -> list[Finding]:
    """Return the syntax error of one file, if any; raises NixError when nix itself cannot run."""
    full = session.subject.project / path
    if not full.is_file():
        return [Finding(str(path), None, "the file is missing", "Restore it, or write it again")]
    try:
        nix.parse(full)
    except NixError as error:
        if not error.failure.is_defect:
            raise
        failure = error.failure
        return [Finding(str(path), failure.line, failure.message, "Mend the syntax")]
    return []
