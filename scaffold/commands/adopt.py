"""``nxc-scaffold adopt``: a composition written by hand becomes a project of the tool's."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from scaffold.answers import layers
from scaffold.answers.document import FILE_NAME
from scaffold.base.errors import InputError, Problem, ScaffoldError
from scaffold.commands.after_writing import check
from scaffold.commands.next_steps import in_folder
from scaffold.commands.options import Common
from scaffold.commands.past import merging
from scaffold.commands.pipeline import Job, carry_out
from scaffold.commands.session import begin
from scaffold.commands.writing import wishes
from scaffold.migrate.adopt.adopt import adopt
from scaffold.migrate.adopt.adoption import Adoption
from scaffold.migrate.readable import told_of_others
from scaffold.report.reporter import Reporter, project_document
from scaffold.survey.discovery import survey
from scaffold.survey.found import Project
from scaffold.survey.session import Session as Reading
from scaffold.system import git, nix, process
from scaffold.writer import record
from scaffold.writer.merging import Past, blob_id
from scaffold.writer.plan import Plan, make_plan
from scaffold.writer.tree import File, Mode, Policy, Tree

STATE = PurePosixPath(FILE_NAME)


class Options(Common, frozen=True, kw_only=True):
    """The flags of ``adopt``: ``source`` is the folder that is read."""

    source: Path = Path()
    into: Path | None = None
    name: str = ""
    no_parts: bool = False

    @property
    def decision(self) -> None:
        """What flags say about conflicts: nothing, as ``--force`` is about git here."""


def run(options: Options) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: there is no composition, it cannot be taken over, or git knows of changes.
        ConflictError: the folder of ``--into`` holds other files.

    """
    project = _project(options.source)
    target = options.into or options.source
    session = begin(options)
    _require_fresh(project, target, options)
    given = layers.from_flags(options.given, session.catalog)
    name = options.name or _name_of(options)
    found = adopt(project, session.catalog, name, given, parts=not options.no_parts)
    tree, past = _tree(found, in_place=options.into is None)
    job = Job(
        tree,
        target,
        str(target),
        check=lambda plan: check(found.whole, plan, wishes(options), session.reporter),
        summary=lambda: _tell(found, session.reporter),
        document={**project_document(found.whole), "adopted": _document(found)},
        next_steps=_next_steps(target, in_place=options.into is None),
        plan=partial(_planned, past) if options.into is None else merging(session.catalog),
    )
    return carry_out(job, options, session.reporter)


def _project(folder: Path) -> Project:
    """Return the one project in a folder.

    Raises:
        InputError: there is none, or several.

    """
    if not folder.is_dir():
        problem = Problem(str(folder), "is not a folder", "Give the folder of a composition")
        raise InputError(problem)
    found = survey([folder], Reading())
    here = [project for project in found.projects if project.root == folder.resolve()]
    if here:
        return here[0]
    if len(found.projects) == 1:
        root = found.projects[0].root
        raise InputError(Problem(str(folder), f"the project is {root}", "Give that folder"))
    if found.projects:
        names = ", ".join(sorted(project.root.name for project in found.projects)[:8])
        what = f"there are {len(found.projects)} projects below it: {names}"
        raise InputError(Problem(str(folder), what, "Give the folder of one of them"))
    what = "there is no composition of NixOS Compose"
    told = told_of_others(found) or (what, "Give a folder with a flake.nix that has one")
    raise InputError(Problem(str(folder), *told))


def _require_fresh(project: Project, target: Path, options: Options) -> None:
    """Refuse a project of the tool's, changes that nobody could tell apart, a target with files.

    Raises:
        InputError: one of them.

    """
    if (project.root / FILE_NAME).exists():
        what = f"it has {FILE_NAME}: it is a project of nxc-scaffold already"
        raise InputError(Problem(str(options.source), what, "Change it with nxc-scaffold change"))
    if options.into is not None:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError(Problem("--into", f"{target} is not empty", "Name a new folder"))
        if target.resolve().is_relative_to(project.root):
            what = f"{target} lies in the project that is read"
            raise InputError(Problem("--into", what, "Name a folder elsewhere"))
        return
    if options.force or options.dry_run:
        return
    if not git.in_work_tree(project.root):
        what = "it is in no git repository, so that nothing would keep what it was"
        remedy = "Commit it, give --force, or write to a new folder with --into"
        raise InputError(Problem(str(options.source), what, remedy))
    changed = git.uncommitted(project.root)
    if changed:
        what = f"git knows of changes that are not committed: {', '.join(changed[:5])}"
        remedy = "Commit them, give --force, or write to a new folder with --into"
        raise InputError(Problem(str(options.source), what, remedy))


def _name_of(options: Options) -> str:
    """Return the name that a new folder gives; else that of the folder is taken."""
    return options.into.resolve().name if options.into is not None else ""


def _tree(found: Adoption, *, in_place: bool) -> tuple[Tree, Past]:
    """Return the files of the project, and what of them is there that may be replaced."""
    kept = {PurePosixPath(path) for path in found.whole.project.kept}
    files = [file for path, file in found.tree.items() if path not in found.texts]
    texts = _formatted(found)
    ours = [path for path in found.texts if path in found.tree and path not in kept]
    files += [found.tree[path] for path in ours]
    files += [_written(found, path, text) for path, text in texts.items() if path not in ours]
    if not in_place:
        there = {file.path for file in files if file.policy is not Policy.KEPT} | set(found.gone)
        files = [file for file in files if file.policy is not Policy.KEPT]
        files += [file for file in _copies(found.project) if file.path not in there]
        return Tree(files), Past()
    before = {*(path for path, file in found.tree.items() if file.merge is None), *found.gone}
    written = {
        path: blob_id(content)
        for path in before - kept
        if (content := _bytes(found.project.root / path)) is not None
    }
    return Tree(files), Past(written)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _formatted(found: Adoption) -> dict[PurePosixPath, str]:
    """Return the texts that are written; new module files as nixfmt writes them, when it is there.

    A file of the user that is edited keeps every other byte.
    """
    texts = dict(found.texts)
    if process.which("nixfmt") is None:
        return texts
    for path in texts:
        if path.suffix == ".nix" and not (found.project.root / path).exists():
            try:
                texts[path] = nix.nixfmt_format(texts[path])
            except (ScaffoldError, OSError):
                continue
    return texts


def _written(found: Adoption, path: PurePosixPath, text: str) -> File:
    """Return a file of the user's that is written once: it is nobody's to merge later."""
    source = found.project.root / path
    before, content = _bytes(source), text.encode()
    return File(
        path,
        content,
        _mode(source),
        policy=Policy.EDIT,
        merge=lambda old: content if old in (before, content) else None,
    )


def _mode(path: Path) -> Mode:
    return 0o755 if path.is_file() and path.stat().st_mode & 0o100 else 0o644


def _copies(project: Project) -> list[File]:
    """Return the other files of the project, for a new folder."""
    found = []
    for path in project.files:
        content = _bytes(path)
        if content is None:
            continue
        name = PurePosixPath(path.relative_to(project.root))
        same = partial(_same, content)
        found.append(File(name, content, _mode(path), policy=Policy.EDIT, merge=same))
    return found


def _same(content: bytes, old: bytes) -> bytes | None:
    return content if old == content else None


def _planned(past: Past, tree: Tree, target: Path, applied: bool) -> Plan:
    recorded = record.recorded(tree, STATE, {})
    return make_plan(recorded, target, past=past, to_be_applied=applied)


# --- the report -----------------------------------------------------------------------------------

#: Columns that a line of the report takes at most, however wide the terminal is.
_WIDTH = 100
_LISTS = (("read", "read"), ("kept as it was", "kept"), ("not understood", "unclear"))


def _tell(found: Adoption, reporter: Reporter) -> None:
    width = min(shutil.get_terminal_size().columns, _WIDTH)
    for title, key in _LISTS:
        lines: Sequence[str] = getattr(found, key)
        reporter.line()
        reporter.line(f"  {title}")
        for text in lines or ["(nothing)"]:
            for line in textwrap.wrap(
                text,
                width,
                initial_indent=" " * 4,
                subsequent_indent=" " * 8,
                break_long_words=False,
                break_on_hyphens=False,
            ):
                reporter.line(line)
    reporter.line()
    flavours = " and ".join(found.flavours)
    told = f"same roles, hosts and options as before, evaluated with stand-ins on {flavours}"
    reporter.field("compared", told)


def _document(found: Adoption) -> dict[str, object]:
    lists = {key: list(getattr(found, key)) for _, key in _LISTS}
    return {**lists, "added": {role: list(names) for role, names in found.added.items()}}


def _next_steps(target: Path, *, in_place: bool) -> list[tuple[str, str]]:
    steps = [
        *([("git diff", "what became of your files")] if in_place else []),
        ("nxc-scaffold check", "what is to be said of your own files, too"),
        ("nxc-scaffold change", "roles, parts and options from here on"),
    ]
    return in_folder(target, steps)
