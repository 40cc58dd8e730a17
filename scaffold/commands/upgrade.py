"""``nxc-scaffold upgrade``: move a project or a NUR repository to another release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import click

from scaffold.answers import document
from scaffold.base.errors import InputError, Problem
from scaffold.base.values import InvalidError, one_of
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.commands import upgrade_checks
from scaffold.commands.catalogues import loaded
from scaffold.commands.undo_memory import remembered
from scaffold.commands.upgrade_checks import Checked
from scaffold.commands.upgrade_notes import told_of
from scaffold.commands.upgrade_report import Done, Options, end, tell
from scaffold.commands.writing import (
    command_line,
    interrupted_after_writing,
    interrupted_while_writing,
)
from scaffold.migrate.readable import told_of_others
from scaffold.migrate.upgrade import Outcome, upgrade_project, upgrade_repository
from scaffold.survey.discovery import survey
from scaffold.survey.found import Project, Repository, Survey
from scaffold.survey.session import Session
from scaffold.system import git
from scaffold.writer import record
from scaffold.writer.apply import apply
from scaffold.writer.plan import Plan, make_plan, require_settled
from scaffold.writer.tree import File, Policy, Tree


def run(options: Options) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: there is no such release; DIR holds no project, or several; it cannot be read,
            stands on a newer release, or has changes that git does not know.

    """
    config = loaded()
    catalog = load_catalog([*config.catalogues, *options.catalogues])
    options = replace(options, to=_known(options.to, catalog))
    found = survey([options.directory], Session())
    if not (found.projects or found.repositories or found.others):
        found = survey([_around(options.directory)], Session())
    subject = _subject(found, options.directory)
    if isinstance(subject, Project) and (subject.root / document.FILE_NAME).is_file():
        return _generated(subject, options, catalog)
    outcome = _outcome(subject, options, catalog)
    if not options.plan and not options.force:
        _require_kept(outcome.root)
        _require_clean(outcome.root)
    plan = _plan(outcome, to_be_applied=not options.plan)
    notes = [] if isinstance(subject, Repository) else told_of(subject, options.to, catalog)
    writes = not options.plan and (options.force or not outcome.blocked)
    if writes and plan.steps:
        _write(outcome, plan, options)
    done = Done(outcome, notes, plan, written=writes, forced=options.force)
    if not options.as_json:
        tell(done, options)
    later = f"To check it, run {upgrade_checks.later(outcome.root, packages=outcome.of_packages)}"
    with interrupted_after_writing(plan, later):
        checked = _checked(outcome, options) if writes and plan.steps else None
    return end(done, checked, options)


def _known(release: str, catalog: Catalog) -> str:
    try:
        return one_of(release, catalog.releases, "release")
    except InvalidError as error:
        raise InputError(Problem("--to", error.what, error.remedy)) from error


def _around(folder: Path) -> Path:
    """Return the first folder around one that has a flake.nix, as git finds a repository."""
    for outer in folder.resolve().parents:
        if (outer / "flake.nix").is_file():
            return outer
        if (outer / ".git").exists():
            break
    return folder


def _subject(found: Survey, folder: Path) -> Project | Repository:
    """Return the one thing that is to be upgraded."""
    subjects: list[Project | Repository] = [*found.projects, *found.repositories]
    if len(subjects) == 1:
        return subjects[0]
    where = str(folder)
    whole = folder.resolve()
    here = [subject for subject in subjects if whole.is_relative_to(subject.root)]
    if here:  # a composition in a repository of packages comes first
        return here[0]
    if subjects:
        names = [str(subject.root.name) for subject in subjects]
        what = f"there are {len(subjects)} projects below it: {', '.join(names[:8])}"
        raise InputError(Problem(where, what, "Give the folder of one of them"))
    if told := told_of_others(found):
        raise InputError(Problem(where, *told))
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


def _generated(project: Project, options: Options, catalog: Catalog) -> int:
    """Move a project of the tool's own: its answers, and what follows from them.

    The files that are the user's alone are moved as those of any other project are.
    """
    from scaffold.commands import upgrade_answers

    root = project.root
    _refuse_new_kapack(options, "the release of a generated project says where kapack comes from")
    if not options.plan and not options.force:
        _require_clean(root)
    outcome = _of_the_user(project, options, catalog)
    files = _edits(outcome) if outcome is not None else []
    edited = make_plan(Tree(files), root, to_be_applied=False)
    if outcome is not None and outcome.blocked and not options.force:
        done = Done(outcome, (), edited, written=False, forced=False)
        if not options.as_json:
            tell(done, options)
        return end(done, None, options)
    flags = {
        "force": options.force,
        "dry_run": options.plan,
        "diff": options.plan,
        "no_git": False,
        "no_check": options.no_check,
        "no_flake_check": options.offline or options.no_eval,
        "offline": options.offline,
        "as_json": options.as_json,
        "quiet": options.quiet,
        "plain": options.plain,
        "catalogues": options.catalogues,
    }
    code = upgrade_answers.run(root, options.to, flags, files)
    if outcome is None:
        return code
    if not options.plan and not options.offline:
        upgrade_checks.lock(outcome)
    if not options.as_json:
        # The diff of a plan was shown with that of the other files.
        shown = make_plan(Tree(), root, to_be_applied=False) if options.plan else edited
        tell(Done(outcome, (), shown, written=not options.plan, forced=options.force), options)
    return code


def _of_the_user(project: Project, options: Options, catalog: Catalog) -> Outcome | None:
    """Return what is to be done to the user's own files of a project; None when all are the tool's.

    A project that was taken over has its own flake.nix (``kept``), and modules of its roles.
    """
    answers = document.load_file(project.root / document.FILE_NAME).answers
    kept = answers.get("kept")
    if not isinstance(kept, list) or "flake.nix" not in kept:
        return None
    outcome = upgrade_project(project, options.to, catalog)
    written = answers.get(record.KEY)
    ours = {document.FILE_NAME, *(written if isinstance(written, Mapping) else ())}
    draft = outcome.draft
    for name in ours & set(draft.changed()):
        draft.replace(name, draft.before[name])
    draft.done[:] = [note for note in draft.done if note.file not in ours]
    draft.left[:] = [note for note in draft.left if note.file not in ours]
    return outcome


def _require_kept(root: Path) -> None:
    """Refuse a folder that git does not know: nothing would keep what it was."""
    if not git.in_work_tree(root):
        what = "it is in no git repository, so that nothing would keep what it was"
        raise InputError(Problem(str(root), what, "Commit it to one, or give --force"))


def _require_clean(root: Path) -> None:
    """Refuse a folder with changes of its own: nobody could tell them from those made here."""
    changed = git.uncommitted(root)
    if changed:
        what = f"git knows of changes that are not committed: {', '.join(changed[:5])}"
        raise InputError(Problem(str(root), what, "Commit them, or give --force"))


def _plan(outcome: Outcome, *, to_be_applied: bool) -> Plan:
    """Return the plan of the edits; a file that changed meanwhile is a conflict."""
    plan = make_plan(Tree(_edits(outcome)), outcome.root, to_be_applied=to_be_applied)
    require_settled(plan)
    return plan


def _edits(outcome: Outcome) -> list[File]:
    """Return the files that are edited, as they are to be."""
    files = []
    for name, text in outcome.draft.changed().items():
        old, new = outcome.draft.before[name].encode(), text.encode()
        edited = partial(_edited, old, new)
        files.append(File(PurePosixPath(name), new, policy=Policy.EDIT, merge=edited))
    return files


def _edited(old: bytes, new: bytes, found: bytes) -> bytes | None:
    """Return the new text of a file, unless it is not the one that was read."""
    return new if found == old else None


def _write(outcome: Outcome, plan: Plan, options: Options) -> None:
    """Write, and lock the inputs anew."""
    with interrupted_while_writing(plan), remembered(plan, command_line()):
        apply(plan)
        if not options.offline:
            upgrade_checks.lock(outcome)


def _checked(outcome: Outcome, options: Options) -> Checked | None:
    """Check what was written."""
    if options.no_check:
        return None
    why = "--offline" if options.offline else "--no-eval" if options.no_eval else ""

    def announce() -> None:
        if not options.quiet and not options.as_json:
            click.echo("evaluating every flavour, which takes minutes …", err=True)

    return upgrade_checks.checked(outcome, why, announce)
