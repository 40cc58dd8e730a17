"""Every Nix file is Nix: ``nix-instantiate --parse``, which needs no store and no network."""

from __future__ import annotations

from scaffold.checks import written
from scaffold.checks.base import Finding, Result, Session, Subject, judged, plural
from scaffold.checks.rule import Kind
from scaffold.system import nix

NAME = "syntax"
#: The rules that this step runs: what nix cannot parse, or refuses before it evaluates.
RULES = frozenset({"NXC001", "NXC003"})


def command(subject: Subject) -> str:
    """Return the command that parses every file; nix prints what it parsed, which says nothing."""
    return f"nix-instantiate --parse {subject.nix_file_words()} > /dev/null"


def check(session: Session) -> Result:
    """Parse every Nix file; a syntax error blocks the checks that need nix to read the project."""
    subject = session.subject
    nix.require()
    present = [path for path in subject.nix_files if (subject.project / path).is_file()]
    problems = [
        Finding(str(path), None, "the file is missing", "Restore it, or write it again")
        for path in subject.nix_files
        if path not in present
    ]
    target = written.files_target(subject.project, present, subject.nix_options)
    problems += written.found(target, RULES, Kind.FILES)
    if problems:
        session.blocked = "the syntax check failed"
    return judged(NAME, problems, plural(len(subject.nix_files), "file"), command(subject))
