"""``nxc-scaffold upgrade``: move a project or a NUR repository to another release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import click

from scaffold.answers import document
from scaffold.base.errors import Exit, ExternalError, InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.catalogue.values import InvalidError, one_of
from scaffold.checks import engine, settings
from scaffold.checks.engine import Run
from scaffold.checks.rule import Severity
from scaffold.commands.catalogues import loaded
from scaffold.composition.notices import end_of_support, today
from scaffold.migrate.upgrade import Outcome, upgrade_project, upgrade_repository
from scaffold.report import findings, upgrades
from scaffold.survey.discovery import survey
from scaffold.survey.found import Project, Repository, Survey
from scaffold.survey.session import Session
from scaffold.system import git, nix
from scaffold.writer.apply import apply
from scaffold.writer.plan import Plan, make_plan, require_settled, unified_diff
from scaffold.writer.tree import File, Policy, Tree

#: Seconds that nix may take to fetch the inputs for a lock file.
_LOCK_SECONDS = 600


@dataclass(frozen=True)
class Options:
    """The flags of the command; ``plan`` stops before anything is written."""

    directory: Path
    to: str
    plan: bool = False
    new_kapack: bool = False
    force: bool = False
    offline: bool = False
    no_check: bool = False
    catalogues: tuple[Path, ...] = ()
    as_json: bool = False
    quiet: bool = False
    plain: bool = False


def run(options: Options) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: there is no such release; DIR holds no project, or several; it cannot be read,
            stands on a newer release, or has changes that git does not know.

    """
    config = loaded()
    catalog = load_catalog([*config.catalogues, *options.catalogues])
    _known(options.to, catalog)
    found = survey([options.directory], Session())
    subject = _subject(found, options.directory)
    if isinstance(subject, Project) and (subject.root / document.FILE_NAME).is_file():
        return _generated(subject.root, options)
    outcome = _outcome(subject, options, catalog)
    if not options.plan and not options.force:
        _require_clean(outcome.root)
    plan = _plan(outcome, to_be_applied=not options.plan)
    notes = _notes(subject, options.to, catalog)
    writes = not options.plan and (options.force or not outcome.blocked)
    checked = _written(outcome, plan, options) if writes and plan.steps else None
    return _tell(outcome, notes, plan, checked, options, written=writes)


def _known(release: str, catalog: Catalog) -> None:
    try:
        one_of(release, catalog.releases, "release")
    except InvalidError as error:
        raise InputError(Problem("--to", error.what, error.remedy)) from error


def _subject(found: Survey, folder: Path) -> Project | Repository:
    """Return the one thing that is to be upgraded."""
    subjects: list[Project | Repository] = [*found.projects, *found.repositories]
    if len(subjects) == 1:
        return subjects[0]
    where = str(folder)
    here = [subject for subject in subjects if subject.root == folder.resolve()]
    if here:  # a composition in a repository of packages comes first
        return here[0]
    if subjects:
        names = [str(subject.root.name) for subject in subjects]
        what = f"there are {len(subjects)} projects below it: {', '.join(names[:8])}"
        raise InputError(Problem(where, what, "Give the folder of one of them"))
    if found.others:
        raise InputError(
            Problem(where, found.others[0].what, "Give the folder of a composition, or a NUR one")
        )
    what = "there is neither a composition of NixOS Compose nor a NUR repository"
    raise InputError(Problem(where, what, "Give a folder with a flake.nix that has one"))


def _outcome(subject: Project | Repository, options: Options, catalog: Catalog) -> Outcome:
    if isinstance(subject, Repository):
        _refuse_new_kapack(options, "a NUR repository has nothing to take from kapack")
        return upgrade_repository(subject, options.to, catalog)
    return upgrade_project(subject, options.to, catalog, new_kapack=options.new_kapack)


def _refuse_new_kapack(options: Options, what: str) -> None:
    if options.new_kapack:
        raise InputError(Problem("--new-kapack", what, "Leave it out"))


def _generated(root: Path, options: Options) -> int:
    """Move a project of the tool's own: its answers, and what follows from them."""
    from scaffold.commands import upgrade_answers

    _refuse_new_kapack(options, "the release of a generated project says where kapack comes from")
    if not options.plan and not options.force:
        _require_clean(root)
    flags = {
        "force": options.force,
        "dry_run": options.plan,
        "diff": options.plan,
        "no_git": False,
        "no_check": options.no_check,
        "no_flake_check": options.offline,
        "offline": options.offline,
        "as_json": options.as_json,
        "quiet": options.quiet,
        "plain": options.plain,
        "catalogues": options.catalogues,
    }
    return upgrade_answers.run(root, options.to, flags)


def _require_clean(root: Path) -> None:
    """Refuse a folder with changes of its own: nobody could tell them from those made here."""
    changed = git.uncommitted(root)
    if changed:
        what = f"git knows of changes that are not committed: {', '.join(changed[:5])}"
        raise InputError(Problem(str(root), what, "Commit them, or give --force"))


def _plan(outcome: Outcome, *, to_be_applied: bool) -> Plan:
    """Return the plan of the edits; a file that changed meanwhile is a conflict."""
    files = []
    for name, text in outcome.draft.changed().items():
        old, new = outcome.draft.before[name].encode(), text.encode()
        files.append(
            File(
                PurePosixPath(name),
                new,
                policy=Policy.EDIT,
                merge=partial(_edited, old, new),
            )
        )
    plan = make_plan(Tree(files), outcome.root, to_be_applied=to_be_applied)
    require_settled(plan)
    return plan


def _edited(old: bytes, new: bytes, found: bytes) -> bytes | None:
    """Return the new text of a file, unless it is not the one that was read."""
    return new if found == old else None


def _notes(subject: Project | Repository, release: str, catalog: Catalog) -> list[str]:
    """Return what is to be known of the target, as far as it concerns the project."""
    if isinstance(subject, Repository):
        return []
    row = catalog.releases[release]
    flavours = {f for call in subject.calls for f in call.flavours or catalog.flavours}
    told = end_of_support(row, catalog, today())
    for name in row.cautions:
        caution = catalog.cautions[name]
        if not caution.hosts and (not caution.flavours or flavours & set(caution.flavours)):
            told.append(f"{caution.what}. {caution.remedy}.")
    return told


def _written(outcome: Outcome, plan: Plan, options: Options) -> Run | None:
    """Write, lock, and check what was written."""
    apply(plan)
    if outcome.stale and not options.offline:
        _lock(outcome)
    if options.no_check:
        return None
    table = settings.project_table(outcome.root)
    return engine.run(survey([outcome.root], Session()), lambda _: table.wanted(evaluate=False))


def _lock(outcome: Outcome) -> None:
    """Lock the inputs anew; without the network, the command is told."""
    try:
        nix.flake_lock(outcome.root, timeout=_LOCK_SECONDS)
    except ExternalError:
        return


def _tell(
    outcome: Outcome,
    notes: Sequence[str],
    plan: Plan,
    checked: Run | None,
    options: Options,
    *,
    written: bool,
) -> int:
    """Print the report and return the exit code."""
    stale = outcome.still_stale() if written else outcome.stale
    blocked = bool(outcome.blocked) and not (written and options.force)
    failed = checked is not None and any(
        finding.severity >= Severity.ERROR for finding in checked.findings
    )
    code = Exit.CHECK_FAILED if blocked or failed else Exit.OK
    if options.as_json:
        document = {
            "exit": int(code),
            "written": written,
            **upgrades.document(outcome, notes),
            "stale": list(stale),
            "files": [str(step.path) for step in plan.steps if step.writes],
            "diff": unified_diff(plan),
            "checks": findings.document(checked, Path.cwd(), int(code)) if checked else None,
        }
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return int(code)
    if options.plan:
        click.echo(unified_diff(plan).encode("utf-8", "surrogateescape"), nl=False)
    if options.quiet:
        return int(code)
    for line, style in upgrades.lines(outcome, notes):
        click.echo(line if options.plain or not style else _styled(line, style), err=True)
    for line in _end(outcome, plan, stale, written=written):
        click.echo(line, err=True)
    if checked is not None:
        for line, style in findings.text_lines(checked, Path.cwd()):
            click.echo(line if options.plain or not style else _styled(line, style), err=True)
    return int(code)


def _end(outcome: Outcome, plan: Plan, stale: Sequence[str], *, written: bool) -> list[str]:
    """Return what became of the files, and what is to be done about the lock."""
    files = [str(step.path) for step in plan.steps if step.writes]
    if outcome.blocked and not written:
        told = ["  nothing was written: what is blocked has to be there first, or give --force"]
    elif not written:
        told = ["  nothing was written (--plan)"]
    else:
        told = [f"  written  {', '.join(files) or 'nothing'}"]
    if stale:
        told.append(f"  lock     flake.lock is for other addresses of {', '.join(stale)}")
        told.append(f"           nix flake lock {outcome.root}")
    return told


def _styled(line: str, style: str) -> str:
    if style in ("bold", "dim"):
        return click.style(line, **{style: True})
    return click.style(line, fg=style)
