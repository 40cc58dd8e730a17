"""``nxc-scaffold package --update``: the edits that give a package another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.asking.layers import merge
from scaffold.asking.question import Context
from scaffold.base.errors import InputError, Problem
from scaffold.commands.package_options import Options
from scaffold.packages.assemble import registered_file
from scaffold.packages.builders import load_builders
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.questions import questions_for
from scaffold.packages.update.bump import Bump, bump, filled, is_unfilled, read_back_text
from scaffold.packages.update.read_back import Fetch
from scaffold.packages.update.version_files import VersionFiles, version_files_of
from scaffold.report.reporter import Reporter
from scaffold.repository.edits import edit_of
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import read_text, syntax_problems
from scaffold.repository.packages_table import table_version
from scaffold.sources.hashes import fetch, newest, source_hash
from scaffold.writer.tree import Tree

#: The answers that an update reads; the others are the package's own already.
READ = ("version", "ref", "hash")


@dataclass(frozen=True)
class Update:
    """What an update writes, and what is left to do by hand: commands with what each is for."""

    tree: Tree
    steps: tuple[tuple[str, str], ...] = ()


def update(options: Options, layout: Layout, reporter: Reporter) -> Update:
    """Return the edits that bump a package, told on the way.

    Raises:
        InputError: there is no such package, or it does not say its version in one place.

    """
    name = str(options.update)
    file = registered_file(name, layout)
    given = _given(options, layout)
    text = read_text(layout.root, file)
    with syntax_problems(file):
        if "version" not in given:
            given = {**given, **_newest(text, given, offline=options.offline)}
        version = given["version"]
        done = bump(text, version, ref=given.get("ref"), file=str(file))
        fetched_from = read_back_text(done.text)
    reporter.field("package", f"{name}   {done.old} → {version}")
    files = version_files_of(layout, name, file, load_builders().values())
    fetched = _new_source(done, fetched_from, given.get("hash", ""), files, options)
    new = filled(done.text, fetched.hash) if fetched.hash else done.text
    _tell(done, new, fetched, layout.build_command(name), reporter)
    edits = [edit_of(file, text, new)]
    steps: tuple[tuple[str, str], ...] = ()
    if version != done.old or given.get("ref"):
        copied, steps = files.update(fetched.folder)
        if files.names:
            reporter.field("beside", files.told(copied, done.old))
        edits += [edit_of(path, old, content) for path, (old, content) in copied.items()]
    row, told = table_version(name, done.old, version, layout)
    if told:
        reporter.field(str(layout.table), told)
    return Update(Tree([*edits, *([row] if row else [])]), steps)


def _given(options: Options, layout: Layout) -> dict[str, str]:
    """Return the answers that an update reads, each checked as for a new package."""
    flags = merge(options.layers())
    ctx = Context(None)
    questions = questions_for(layout, load_builders(), InspectedSource())
    found = {
        q.key: q.parse(flags[q.key], ctx)
        for q in questions
        if q.key in READ and flags.get(q.key) is not None
    }
    if ctx.problems:
        raise InputError(*ctx.problems)
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _newest(text: str, given: Mapping[str, str], *, offline: bool) -> dict[str, str]:
    """Return the version of the newest release tag, and the tag where it does not follow.

    Raises:
        InputError: it cannot be known.
        ExternalError: git cannot list the tags.

    """
    found = read_back_text(text).source
    if offline or found is None or not found.by_ref or "ref" in given:
        raise InputError(Problem("version", "is not answered", "Give --version VERSION"))
    tagged = newest(replace(found, version=""))
    if not tagged.version:
        what = "is not answered, and its source has no release tag"
        raise InputError(Problem("version", what, "Give --version VERSION"))
    as_said = found.ref.replace(found.version, tagged.version) if found.version else ""
    return {"version": tagged.version, **({} if as_said == tagged.ref else {"ref": tagged.ref})}


@dataclass(frozen=True)
class _New:
    """What is known of the new source; ``reason`` says why something is not."""

    hash: str = ""
    folder: Path | None = None
    reason: str = ""


def _new_source(
    done: Bump, found: Fetch, given: str, files: VersionFiles, options: Options
) -> _New:
    """Fetch the new source for its hash, and for the files beside the package that it has."""
    if found.source is None or not is_unfilled(done.text):
        return _New(given, reason=found.reason)
    if options.offline:
        return _New(given, reason="offline")
    if files.names:
        fetched = fetch(found.source, offline=False)
        return _New(given or fetched.hash, fetched.folder, fetched.reason)
    if given:
        return _New(given)
    known, reason = source_hash(found.source, found.source.version, offline=False)
    return _New(known, reason=reason)


def _tell(done: Bump, new: str, fetched: _New, command: str, reporter: Reporter) -> None:
    if fetched.hash and new != done.text:
        reporter.field("hash", fetched.hash)
    elif is_unfilled(new):
        reporter.field("hash", f"not known ({fetched.reason}): {command} tells it")
    elif fetched.reason and done.reset:
        reporter.field("source", fetched.reason)
    told = fetched.hash or is_unfilled(new)
    rest = [n for n in done.reset if not (told and n in _OF_SOURCE)]
    if rest:
        each = " each in turn" if len(rest) > 1 else " it"
        reporter.field("reset", f"{', '.join(rest)}: {command} tells{each}")
    if done.removed:
        reporter.field("removed", f"{', '.join(done.removed)}: of {done.old} alone")
    if done.lines:
        shown = ", ".join(str(n) for n in done.lines)
        reporter.field("look at", f"line {shown}: {done.old} stands there too")
    if done.left:
        shown = ", ".join(str(n) for n in done.left)
        reporter.field("look at", f"line {shown}: a source that does not follow the version")


_OF_SOURCE = ("hash", "sha256", "source.sha256", "src.hash", "src.sha256")
