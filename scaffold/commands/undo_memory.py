"""What the last run changed in a folder, kept in the user's state folder for ``undo``.

One folder for each target: ``run.json`` lists the files, ``contents/`` holds what they were before,
by git blob id. It is written before the target is touched, so that no run is without it; what a
run that failed or was killed did not write is then simply not there to be taken back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypedDict

from scaffold.base.errors import ExternalError, Problem
from scaffold.base.folders import own_folder
from scaffold.writer.disk import Disk, Kind
from scaffold.writer.merging import blob_id
from scaffold.writer.plan import Plan, is_written
from scaffold.writer.steps import Step, Verb
from scaffold.writer.tree import File, Mode, path_fault

VERSION = 1


@dataclass(frozen=True)
class Change:
    """A file of the last run: what it was, and the blob id of what it became; None is no file."""

    path: PurePosixPath
    before: bytes | None
    mode: int | None
    after: str | None


@dataclass(frozen=True)
class LastRun:
    """What the last run changed in a folder, and which command it was."""

    command: str
    changes: tuple[Change, ...]


def folder_of(target: Path) -> Path | None:
    """Return where the last run in a target is remembered, None for a user without a home."""
    state = own_folder("state")
    name = hashlib.sha256(os.fsencode(target)).hexdigest()[:32]
    return state and state / "undo" / name


@contextmanager
def remembered(plan: Plan, command: str) -> Iterator[None]:
    """Keep what a plan is about to change in the block; what is not possible cannot be undone.

    When the block fails and wrote nothing, the run before it is the last one again.
    """
    folder = folder_of(plan.target)
    if folder is None or not plan.writes:
        yield
        return
    before = folder.with_name(f"{folder.name}.before")
    _keep(plan, command, folder, before)
    try:
        yield
    except BaseException:
        if not is_written(plan):
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                before.rename(folder)
        raise
    finally:
        shutil.rmtree(before, ignore_errors=True)


def _keep(plan: Plan, command: str, folder: Path, before: Path) -> None:
    with suppress(OSError):
        _forget_removed(folder.parent)
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        (draft / "contents").mkdir(parents=True, mode=0o700)
        draft.chmod(0o700)  # files of a project may be for its owner alone
        files = []
        for step in plan.writes:
            if step.old_content is not None:
                (draft / "contents" / blob_id(step.old_content)).write_bytes(step.old_content)
            files.append(_entry(step))
        document = {"version": VERSION, "target": str(plan.target), "command": command}
        (draft / "run.json").write_text(json.dumps({**document, "files": files}, indent=1))
        shutil.rmtree(before, ignore_errors=True)
        with suppress(FileNotFoundError):
            folder.rename(before)
        draft.rename(folder)


def last_run(target: Path) -> LastRun | None:
    """Return what the last run changed in ``target``, None when nothing is remembered.

    Raises:
        ExternalError: what is remembered is damaged.

    """
    folder = folder_of(target)
    if folder is None or not (folder / "run.json").is_file():
        return None
    try:
        data = json.loads((folder / "run.json").read_text())
        if data["version"] != VERSION or data["target"] != str(target):
            return None
        return LastRun(str(data["command"]), tuple(_changes(data["files"], folder)))
    except (OSError, ValueError, TypeError, KeyError) as error:
        remedy = "Remove it; the last run cannot be undone"
        problem = Problem(str(folder), f"what is remembered of the last run is damaged ({error})",
                          remedy)  # fmt: skip
        raise ExternalError(problem) from error


def forget(target: Path) -> None:
    """Drop what is remembered."""
    if folder := folder_of(target):
        shutil.rmtree(folder, ignore_errors=True)


def undoing(run: LastRun, disk: Disk) -> Iterator[Step]:
    """Yield a step for each file of a run: back to what it was, unless somebody edited it since."""
    for change in run.changes:
        there = disk.kind(change.path) is Kind.FILE
        content, mode = disk.read(change.path) if there else (None, None)
        wanted: Mode = 0o755 if (change.mode or 0) & 0o100 else 0o644
        file = File(change.path, change.before or b"", wanted)
        step = Step(file, Verb.IDENTICAL, file.content, content, mode)
        now = None if content is None else blob_id(content)
        if content == change.before:
            yield step
        elif now != change.after:
            reason = "it was edited since" if there else "it was deleted since"
            yield Step(file, Verb.KEEP, file.content, content, mode, reason)
        elif change.before is None:
            yield Step(file, Verb.DELETE, b"", content, mode)
        else:
            verb = Verb.UPDATE if there else Verb.CREATE
            yield Step(file, verb, change.before, content, mode)


class _Entry(TypedDict):
    """A changed file in run.json: contents by their git blob ids, None where there was no file."""

    path: str
    before: str | None
    mode: int | None
    after: str | None


def _entry(step: Step) -> _Entry:
    return {
        "path": str(step.path),
        "before": None if step.old_content is None else blob_id(step.old_content),
        "mode": step.old_mode,
        "after": None if step.verb is Verb.DELETE else blob_id(step.new_content),
    }


def _changes(entries: list[_Entry], folder: Path) -> Iterator[Change]:
    for entry in entries:
        path = PurePosixPath(entry["path"])
        if fault := path_fault(path):
            raise ValueError(f"the path {path} {fault}")
        before = entry["before"]
        content = None
        if before is not None:
            content = (folder / "contents" / str(before)).read_bytes()
            if blob_id(content) != before:
                raise ValueError(f"the content of {path} is not what it was")
        yield Change(path, content, entry["mode"], entry["after"])


def _forget_removed(folder: Path) -> None:
    """Drop what is remembered of targets that are gone: nobody will undo that."""
    with suppress(OSError):
        for one in folder.iterdir():
            with suppress(OSError, ValueError, KeyError, TypeError):
                target = Path(json.loads((one / "run.json").read_text())["target"])
                if not target.parent.is_dir():
                    shutil.rmtree(one, ignore_errors=True)
