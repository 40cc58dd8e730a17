"""Git for a generated project: nix sees only what git knows, so new files are announced to it.

Nothing here fails: a project without git is complete, so what could not be done is said, with its
reason. No file is committed, and an ignored one is never forced in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from scaffold.base.errors import ExternalError
from scaffold.system import process
from scaffold.system.process import Completed

Run = Callable[..., Completed]

#: Set inside hooks and by dotfile managers: every command would act on their repository, not ours.
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
#: Messages end up in ours, which are English; a partial clone is not to fetch what it lacks.
MESSAGES = {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1"}

#: The ids of an empty file, by SHA-1 and SHA-256: those of a file that is only announced.
EMPTY_BLOBS = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


@dataclass(frozen=True)
class GitResult:
    """Whether something was done; ``reason`` says why not. ``ignored`` files were left alone."""

    done: bool
    reason: str = ""
    ignored: tuple[PurePosixPath, ...] = ()


def init_if_needed(path: Path, *, run: Run = process.run) -> GitResult:
    """Make the folder ``path`` a repository with the branch ``main``, unless it is in one."""
    found = _git(run, path, "rev-parse", "--show-toplevel")
    if isinstance(found, str):
        return GitResult(False, found)
    if not found.returncode:
        return GitResult(
            False, f"already in the repository {found.stdout.removesuffix(os.linesep)}"
        )
    if _inside_repository(path):  # one that git refuses, such as somebody else's
        return GitResult(False, _why(found))
    made = _git(run, path, "init", "--quiet", "--initial-branch=main")
    if not isinstance(made, str) and made.returncode == 129:  # bad usage: git before 2.28
        made = _git(run, path, "init", "--quiet")
        if not isinstance(made, str) and not made.returncode:
            made = _git(run, path, "symbolic-ref", "HEAD", "refs/heads/main")
    return _result(made)


def intent_to_add(
    path: Path, files: Iterable[PurePosixPath], *, run: Run = process.run
) -> GitResult:
    """Tell git that ``files``, relative to ``path``, exist (``git add --intent-to-add``)."""
    names = list(files)
    if not names:
        return GitResult(True)
    listing = "".join(f"{name}\0" for name in names)
    asked = _git(run, path, "check-ignore", "-z", "--stdin", input=listing)
    if isinstance(asked, str) or asked.returncode not in (0, 1):  # 1: none of them is ignored
        return _result(asked)
    ignored = tuple(PurePosixPath(name) for name in asked.stdout.split("\0") if name)
    wanted = [str(name) for name in names if name not in ignored]
    if not wanted:
        return GitResult(False, "git ignores all of the files", ignored)
    # literal: a file may be called *.nix
    added = _git(run, path, "--literal-pathspecs", "add", "--intent-to-add", "--", *wanted)
    result = _result(added)
    return GitResult(result.done, result.reason, ignored)


def in_work_tree(path: Path) -> bool:
    """Say whether a folder lies in the work tree of a git repository."""
    return _inside_repository(path)


def uncommitted(path: Path, *, run: Run = process.run) -> list[str]:
    """Return the files below ``path`` with changes that are not committed, new ones included.

    Nothing is returned for a folder outside any work tree, or without git: nobody knows there.
    """
    found = _git(run, path, "status", "--porcelain", "-z", "--", ".")
    if isinstance(found, str) or found.returncode:
        return []
    return [entry[3:] for entry in found.stdout.split("\0") if len(entry) > 3]


def forget(path: Path, file: PurePosixPath, *, run: Run = process.run) -> GitResult:
    """Take back what ``intent_to_add`` told git of a file that is gone again."""
    return _result(_git(run, path, "--literal-pathspecs", "reset", "--quiet", "--", str(file)))


def forget_deleted(
    path: Path, files: Iterable[PurePosixPath], *, run: Run = process.run
) -> GitResult:
    """Take back the announcement of files that were deleted before anybody added them.

    What somebody added or committed stays in the index: git shows it as deleted.
    """
    names = [str(file) for file in files]
    if not names or not _inside_repository(path):
        return GitResult(True)
    listed = _git(run, path, "--literal-pathspecs", "ls-files", "--stage", "-z", "--", *names)
    if isinstance(listed, str) or listed.returncode:
        return _result(listed)
    entries = [entry.partition("\t") for entry in listed.stdout.split("\0") if entry]
    announced = [
        name
        for stage, _, name in entries
        if stage.split()[1] in EMPTY_BLOBS and not committed(path, path / name, run=run)
    ]
    if not announced:
        return GitResult(True)
    listing = "".join(f"{name}\0" for name in announced)
    words = ("update-index", "--force-remove", "-z", "--stdin")
    return _result(_git(run, path, *words, input=listing))


def tracked(path: Path, *, run: Run = process.run) -> frozenset[str] | None:
    """Return the files below a folder that git knows, relative to it; None without a repository."""
    if not _inside_repository(path):
        return None
    listed = _git(run, path, "ls-files", "-z", "--", ".")
    if isinstance(listed, str) or listed.returncode:
        return None
    return frozenset(name for name in listed.stdout.split("\0") if name)


def committed(path: Path, file: Path, *, run: Run = process.run) -> bool:
    """Say whether the last commit of the repository around ``path`` has a file."""
    if not _inside_repository(path):
        return False
    found = _git(run, path, "cat-file", "-e", f"HEAD:./{os.path.relpath(file, path)}")
    return not isinstance(found, str) and found.returncode == 0


def _git(run: Run, cwd: Path, *arguments: str, input: str | None = None) -> Completed | str:  # noqa: A002 - as in process.run
    """Run git; return what it said, or why it was not run."""
    for name in ELSEWHERE:
        if name in os.environ:
            return f"{name} is set, so git is left to you"
    try:
        return run(["git", *arguments], cwd=cwd, env=MESSAGES, input=input)
    except ExternalError as error:
        return "; ".join(f"{problem.where}: {problem.what}" for problem in error.problems)


def _result(outcome: Completed | str) -> GitResult:
    if isinstance(outcome, str):
        return GitResult(False, outcome)
    return GitResult(False, _why(outcome)) if outcome.returncode else GitResult(True)


def _why(failed: Completed) -> str:
    """Return the first line of what git complained about."""
    lines = failed.stderr.strip().splitlines() or [f"git ended with {failed.returncode}"]
    return lines[0]


def _inside_repository(path: Path) -> bool:
    return any(os.path.lexists(folder / ".git") for folder in (path, *path.absolute().parents))


def blob(path: Path, name: str, *, run: Run = process.run) -> bytes | None:
    """Return the text with the id ``name`` in the repository of ``path``; None if it has none.

    Only text of UTF-8 comes back unchanged: the caller compares its id.
    """
    found = _git(run, path, "cat-file", "blob", name)
    return None if isinstance(found, str) or found.returncode else found.stdout.encode()


def store(path: Path, contents: Iterable[bytes], *, run: Run = process.run) -> GitResult:
    """Add contents to the objects of the repository of ``path``, where ``blob`` finds them."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        listing = ""
        for number, content in enumerate(contents):
            file = Path(folder) / str(number)
            file.write_bytes(content)
            listing += f"{file}\n"
        # no filters: the ids are of the bytes that were written, whatever .gitattributes says
        words = ("hash-object", "-w", "--no-filters", "--stdin-paths")
        return _result(_git(run, path, *words, input=listing))


def merge_file(
    base: bytes,
    mine: bytes,
    theirs: bytes,
    *,
    favour: Literal["", "ours", "theirs"] = "",
    labels: tuple[str, str, str] = ("mine", "before", "theirs"),
    run: Run = process.run,
) -> tuple[bytes, bool] | None:
    """Merge two versions of a text over their ``base``, and say whether no conflict is left.

    ``favour`` decides conflicts for one side; else they are marked, with the ``labels`` of mine,
    base and theirs. None when git is not there or the contents are no text.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        for name, content in (("mine", mine), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_bytes(content)
        named = [word for label in labels for word in ("-L", label)]
        sided = [f"--{favour}"] if favour else []
        argv = ["git", "merge-file", "-q", *sided, *named, "mine", "base", "theirs"]
        try:
            done = run(argv, cwd=Path(folder), env=MESSAGES)
        except ExternalError:
            return None
        if not 0 <= done.returncode <= 127:  # else the number of conflicts
            return None
        return (Path(folder) / "mine").read_bytes(), done.returncode == 0
