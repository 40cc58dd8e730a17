"""The git repository that a source folder is of: its tags, its address, and the files of a tag.

Nothing here fails. What git refuses, or that git is not there, is kept as a reason to be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

from scaffold.base.errors import ExternalError
from scaffold.packages.detect.facts import LARGEST, SKIPPED, Folder
from scaffold.system import process

_GIT_SECONDS = 30.0


class History:
    """What git knows of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Why git did not answer although the folder looks like a repository; empty when it did.
        self.refused = ""

    def git(self, *arguments: str) -> str | None:
        """Return what git says, or None when it fails or is not there."""
        try:
            env = {"LC_ALL": "C"}
            argv = ["git", "-C", str(self.folder), *arguments]
            done = process.run(argv, timeout=_GIT_SECONDS, env=env)
        except process.MissingProgramError:
            if any((folder / ".git").exists() for folder in self._upwards()):
                self.refused = "git is not installed, so its tags are not known"
            return None
        except ExternalError as error:
            self.refused = f"git did not answer: {error.problems[0].what}"
            return None
        if "dubious ownership" in done.stderr:
            remedy = f"git config --global --add safe.directory {self.folder.resolve()}"
            self.refused = f"git refuses a folder of another user, until `{remedy}`"
        return None if done.returncode else done.stdout

    def _upwards(self) -> Iterator[Path]:
        whole = self.folder.resolve()
        yield from (whole, *whole.parents)

    @cached_property
    def place(self) -> str | None:
        """The folder's path within its repository (``.`` is the top), None outside of one.

        A folder that the repository does not track is somebody else's.
        """
        top = (self.git("rev-parse", "--show-toplevel") or "").strip()
        if not top or not Path(top).is_dir():
            return None
        inner = self.folder.resolve().relative_to(Path(top).resolve()).as_posix()
        tracked = inner == "." or bool(self.git("ls-files", "--", "."))
        return inner if tracked else None

    @cached_property
    def tags(self) -> dict[str, int] | None:
        """The tags and their dates in seconds, None without a repository."""
        form = "--format=%(refname:strip=2) %(creatordate:unix)"
        listed = self.git("for-each-ref", "refs/tags", form)
        if listed is None:
            return None
        pairs = (line.rpartition(" ") for line in listed.splitlines())
        return {tag: int(date or 0) for tag, _, date in pairs if tag}

    @cached_property
    def here(self) -> list[str]:
        """The tags of the commit that is checked out."""
        return (self.git("tag", "--points-at", "HEAD") or "").split("\n")

    @cached_property
    def remote(self) -> str:
        """The address of the repository's ``origin``, empty when there is none."""
        return (self.git("remote", "get-url", "origin") or "").strip()

    @cached_property
    def commit(self) -> tuple[str, str] | None:
        """The commit that is checked out and its date (``YYYY-MM-DD``), None when there is none."""
        found = self.git("log", "-1", "--format=%H %cs")
        revision, _, date = (found or "").strip().partition(" ")
        return (revision, date) if revision else None

    @cached_property
    def edited(self) -> bool:
        """Whether files that git tracks differ from the commit that is checked out."""
        return bool(self.git("status", "--porcelain", "--untracked-files=no", "--", "."))

    def distance(self, ref: str) -> int | None:
        """Return by how many commits the folder is not what a tag or commit is; None: unknown."""
        counted = self.git("rev-list", "--count", f"{ref}^{{commit}}...HEAD", "--")
        return int(counted) if counted and counted.strip().isdigit() else None

    def tree(self, ref: str) -> Folder | None:
        """Return the folder as it is in a tag or commit, None when it is not there."""
        inner = "" if self.place in (None, ".") else f"{self.place}/"
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", f"{ref}^{{commit}}")
        files: dict[str, str] = {}
        for entry in (listed or "").split("\0"):
            head, _, path = entry.partition("\t")
            if path.startswith(inner) and head[:6] in ("100644", "100755", "100664"):
                files[path.removeprefix(inner)] = head.split()[2]
        return TreeOfCommit(self, ref, files) if files else None


class TreeOfCommit(Folder):
    """A folder as it is in a commit; links and submodules are not there."""

    def __init__(self, history: History, ref: str, files: dict[str, str]) -> None:
        super().__init__(history.folder)
        self.history, self.ref, self.files = history, ref, files

    def _read(self, name: str) -> str:
        blob = self.files.get(str(PurePosixPath(name)))
        text = self.history.git("cat-file", "blob", blob) if blob else None
        return (text or "").removeprefix("\ufeff")[:LARGEST].replace("\r\n", "\n")

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""
        return name in self.files

    def names(self) -> list[str]:
        """Return the names in the root, sorted; folders end with a slash."""
        tops = (file.partition("/") for file in self.files)
        return sorted({top + slash for top, slash, _ in tops})

    def walk(self, deepest: int = 3, most: int = 3000) -> Iterator[str]:
        """Yield relative paths of files, those of bundled libraries left out."""
        count = 0
        for file in sorted(self.files, key=lambda f: (f.count("/"), f)):
            parents = PurePosixPath(file).parts[:-1]
            if len(parents) <= deepest and not SKIPPED & set(parents):
                count += 1
                if count > most:
                    return
                yield file
