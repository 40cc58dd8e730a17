"""Running rules over what was found below some paths: levels, waivers, findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scaffold.checks.levels import LevelDone, how_far
from scaffold.checks.registry import all_rules
from scaffold.checks.rule import Edit, Hit, Kind, Level, Rule, Severity
from scaffold.checks.target import Target
from scaffold.checks.waivers import waived, waivers_of
from scaffold.repository.layout import TITLES
from scaffold.survey.found import Other, Project, Repository, Survey
from scaffold.system import process
from scaffold.system.nix_errors import NixError
from scaffold.system.process import MissingProgramError

_SUFFIXES_WITH_WAIVERS = frozenset({".nix", ".py", ".toml"})


@dataclass(frozen=True)
class Finding:
    """What a rule found; ``path`` is absolute, line and column count from 1 where known."""

    rule: Rule
    severity: Severity
    path: Path
    line: int | None
    column: int | None
    message: str
    remedy: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Checked:
    """One project, repository or heap of files: its findings, and what was looked at.

    ``waived`` counts the findings that comments waive.
    """

    root: Path
    title: str
    findings: tuple[Finding, ...]
    levels: tuple[LevelDone, ...]
    waived: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which rules run: ``select``, or all that run by default; less those of ``ignore``."""

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    evaluate: bool = False

    def takes(self, rule: Rule) -> bool:
        """Say whether a rule runs."""
        if rule.code in self.ignore:
            return False
        if self.select is not None:
            return rule.code in self.select
        return rule.by_default

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that are wanted."""
        return tuple(level for level in Level if self.evaluate or level is not Level.EVALUATION)


@dataclass(frozen=True)
class Run:
    """The whole result."""

    checked: tuple[Checked, ...]
    others: tuple[Other, ...]

    def count(self, severity: Severity) -> int:
        """Return how many findings have a severity."""
        return sum(f.severity is severity for c in self.checked for f in c.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return tuple(finding for checked in self.checked for finding in checked.findings)


#: Which rules one root wants, after its own settings; given by the command.
Settings = Callable[[Path], Wanted]


@dataclass(frozen=True)
class _Work:
    """A target with its title and the kind of rules that look at it."""

    target: Target
    title: str
    kind: Kind


def run(found: Survey, settings: Settings, *, today: date | None = None) -> Run:
    """Check everything that was found; many projects at once, as each waits for nix.

    Raises:
        InputError: the settings of a project cannot be used.

    """
    work = _work(found, today)
    wanted = [settings(entry.target.root) for entry in work]
    workers = min(len(work), (os.cpu_count() or 1) + 1) or 1
    pool = ThreadPoolExecutor(workers)
    try:
        with process.ended_with_us():
            checked = list(pool.map(_checked, work, wanted))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return Run(tuple(checked), found.others)


def _work(found: Survey, today: date | None) -> list[_Work]:
    work = []
    for project in found.projects:
        work.append(_Work(_target(project, found, today), _title(project), Kind.PROJECT))
    for repository in found.repositories:
        title = f"NUR repository, {TITLES[repository.layout.kind]}"
        work.append(_Work(_target(repository, found, today), title, Kind.REPOSITORY))
    for repository in found.unread:
        title = "NUR repository whose list could not be read"
        work.append(_Work(_target(repository, found, today), title, Kind.REPOSITORY))
    loose: dict[Path, list[Path]] = {}
    if found.loose:
        top = Path(os.path.commonpath([path.parent for path in found.loose]))
        loose[top] = list(found.loose)
    for root, files in loose.items():
        target = Target(root, tuple(files), found.session, today=today)
        work.append(_Work(target, "other Nix files", Kind.FILES))
    return work


def _target(of: Project | Repository, found: Survey, today: date | None) -> Target:
    return Target(of.root, of.files, found.session, of=of, today=today)


def _title(project: Project) -> str:
    names = [c.name for c in project.compositions]
    if names == ["composition"]:  # what nxc calls one that has no name of its own
        return f"one composition{'' if project.calls else ', called by no flake'}"
    shown = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
    count = "composition" if len(names) == 1 else "compositions"
    where = "" if project.calls else ", called by no flake"
    return f"{count} {shown}{where}" if names else "compositions that are computed"


def _checked(work: _Work, wanted: Wanted) -> Checked:
    return check_target(work.target, work.title, work.kind, wanted)


def check_target(target: Target, title: str, kind: Kind, wanted: Wanted) -> Checked:
    """Run the rules for one target, level by level."""
    rules = [r for r in all_rules() if kind in r.kinds and wanted.takes(r)]
    hits: list[tuple[Rule, Hit]] = []
    levels: list[LevelDone] = []
    for level in wanted.levels:
        todo = [r for r in rules if r.level is level]
        if not todo:
            continue
        failed: list[str] = []
        for rule in todo:
            try:
                hits += [(rule, hit) for hit in rule.check(target)]
            except MissingProgramError as error:
                failed.append(f"{error.problems[0].where} is not on PATH")
            except NixError as error:  # raised for circumstances only: no network, store, memory
                failed.append(error.failure.message.splitlines()[0])
        if failed:
            levels.append(LevelDone(level, "not done", "; ".join(dict.fromkeys(failed)), kind))
        else:
            levels.append(how_far(level, target, kind))
    hits = _without_repeats(hits)
    findings, count = _unwaived(target, hits)
    ordered = sorted(
        findings, key=lambda f: (str(f.path), f.line or 0, f.column or 0, f.rule.code, f.message)
    )
    return Checked(target.root, title, tuple(dict.fromkeys(ordered)), tuple(levels), count)


def _without_repeats(hits: list[tuple[Rule, Hit]]) -> list[tuple[Rule, Hit]]:
    """Leave out the findings whose cause another rule has told, no less severely.

    An evaluation that fails at a place where another rule has found an error tells nothing new.
    """
    told: dict[str, Severity] = {}
    known = {
        (hit.path, hit.line)
        for rule, hit in hits
        if rule.level is not Level.EVALUATION
        and (hit.severity or rule.severity) is Severity.ERROR
        and hit.line is not None
    }
    for rule, hit in hits:
        told[rule.code] = max(hit.severity or rule.severity, told.get(rule.code, Severity.NOTE))
    return [
        (rule, hit)
        for rule, hit in hits
        if not any(told.get(code, 0) >= (hit.severity or rule.severity) for code in rule.repeats)
        and not (rule.level is Level.EVALUATION and (hit.path, hit.line) in known)
    ]


def _unwaived(target: Target, hits: Iterable[tuple[Rule, Hit]]) -> tuple[list[Finding], int]:
    """Leave out what a comment waives, and count that."""
    kept: list[Finding] = []
    count = 0
    for rule, hit in hits:
        text = target.session.text(hit.path) if hit.path.suffix in _SUFFIXES_WITH_WAIVERS else None
        names = frozenset({rule.code, rule.name})
        if text is not None and waived(waivers_of(text), names, hit.line):
            count += 1
            continue
        severity = rule.severity if hit.severity is None else hit.severity
        kept.append(
            Finding(
                rule,
                severity,
                hit.path,
                hit.line,
                hit.column,
                hit.message,
                hit.remedy or rule.remedy,
                hit.edits,
            )
        )
    return kept, count
