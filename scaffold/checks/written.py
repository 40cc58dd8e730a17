"""The rules on what was just written: the steps after `new`, `change` and `package` run them.

A step shows what its rules find, errors and warnings. It adds only what the rules cannot know of
somebody else's project: the answers that it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from scaffold.checks import engine
from scaffold.checks.base import Finding, Subject
from scaffold.checks.registry import all_rules
from scaffold.checks.rule import Kind, Severity
from scaffold.checks.scripts import Script
from scaffold.checks.target import Target
from scaffold.survey.compose_call import Composition
from scaffold.survey.discovery import files_below
from scaffold.survey.found import Project
from scaffold.survey.session import Session as Files
from scaffold.survey.stub import Reader


class _Written(Project):
    """The project seen as this one composition, also before anything calls it."""

    def __init__(self, subject: Subject, files: Files) -> None:
        root = subject.project.resolve()
        super().__init__(root, tuple(files_below(root)), files)
        self.calls = ()
        self.compositions = (Composition(subject.attribute, root / subject.composition),)


def project_target(subject: Subject) -> Target:
    """Return the composition that was written, as the rules of projects look at it."""
    project = _Written(subject, Files())
    target = Target(project.root, project.files, project.session, of=project)
    target.reader = Reader(project, subject.flavours or None)
    return target


def script_target(subject: Subject, file: str, source: str) -> Target:
    """Return the same with a test script that is known: no composition is called for it."""
    target = project_target(subject)
    lines = {number: number for number in range(1, source.count("\n") + 2)}
    hosts = {flavour: subject.hosts.get(flavour, ()) for flavour in subject.flavours}
    target.scripts = (Script(subject.attribute, target.root / file, source, lines, hosts),)
    return target


def files_target(
    root: Path, files: Iterable[PurePosixPath], nix_options: tuple[str, ...] = ()
) -> Target:
    """Return some Nix files of a project, as the rules of any file look at them."""
    root = root.resolve()
    paths = tuple(root / file for file in files)
    return Target(root, paths, Files(), nix_options=nix_options)


def codes_of(*families: str) -> frozenset[str]:
    """Return the codes of the rules of families, such as ``test_script``."""
    return frozenset(rule.code for rule in all_rules() if rule.family in families)


def found(
    target: Target, codes: frozenset[str], kind: Kind, least: Severity = Severity.WARNING
) -> list[Finding]:
    """Return what rules find, as steps show it; ``least`` is the mildest that is shown."""
    done = engine.check_target(target, "", kind, engine.Wanted(codes))
    return [
        Finding(_shown(target.root, f.path), f.line, f.message, f.remedy)
        for f in done.findings
        if f.severity >= least
    ]


def _shown(root: Path, path: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
