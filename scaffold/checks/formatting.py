"""Every Nix file is formatted as nixfmt 1.x does (RFC 166)."""

from __future__ import annotations

from scaffold.checks import written
from scaffold.checks.base import Result, Session, Subject, judged, not_checked
from scaffold.checks.rule import Kind
from scaffold.system import nix

NAME = "format"
#: The rules that this step runs.
RULES = frozenset({"NXC013"})


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
    target = written.files_target(subject.project, subject.nix_files)
    problems = written.found(target, RULES, Kind.FILES)
    return judged(NAME, problems, f"nixfmt {shown}", command(subject))
