"""Every Nix file is formatted as nixfmt 1.x does (RFC 166)."""

from __future__ import annotations

from scaffold.checks.base import Finding, Result, Session, Subject, finding, judged, not_checked
from scaffold.system import nix
from scaffold.system.nix_errors import NixError

NAME = "format"


def command(subject: Subject) -> str:
    """Return the command that looks at every file."""
    return f"nixfmt --check {subject.nix_file_words()}"


def check(session: Session) -> Result:
    """Ask nixfmt about every Nix file; nixfmt before 1.0 writes another style and is not asked."""
    subject = session.subject
    version = nix.nixfmt_version()
    shown = ".".join(map(str, version[:2]))
    if version < (1,):
        return not_checked(NAME, f"nixfmt {shown} writes another style than 1.0", command(subject))
    if session.blocked:
        return not_checked(NAME, session.blocked, command(subject))
    problems: list[Finding] = []
    for path in subject.nix_files:
        try:
            if not nix.nixfmt_check(subject.project / path):
                problems.append(Finding(str(path), None, "is not formatted", f"Run: nixfmt {path}"))
        except NixError as error:
            problems.append(finding(error.failure, str(path)))
    return judged(NAME, problems, f"nixfmt {shown}", command(subject))
