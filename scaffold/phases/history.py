"""The history of an unpacked source, in a repository of its own outside of it.

With a ``.git`` in the source some builds would behave otherwise than in nix (versions from
``git describe``, sources that bring a ``.git``). Every phase ends in a commit, so whatever differs
before the next one is the user's work and becomes a commit of its own kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import ExternalError, Problem
from scaffold.system import process

_EDITS = "edits by hand"
_CONFIG = {
    "user.name": "nxc-scaffold", "user.email": "nxc-scaffold@localhost", "commit.gpgSign": "false",
    "core.hooksPath": "/dev/null", "core.excludesFile": "/dev/null", "core.autocrlf": "false",
    "core.fsmonitor": "false", "core.quotePath": "true", "gc.auto": "0", "advice.addEmbeddedRepo":
    "false",
}  # fmt: skip
# Wins over the attributes that the source brings: no byte is converted, no text called binary.
_ATTRIBUTES = "* -text -filter -ident -working-tree-encoding !diff\n"


@dataclass(frozen=True)
class SourceHistory:
    """The repository ``folder`` of the work tree ``source``."""

    folder: Path
    source: Path

    def start(self) -> str:
        """Begin with every file there is, ignored ones included, and return the commit."""
        self._git("init", "--quiet", "--template=")  # no hooks of the user
        (self.folder / "info").mkdir(exist_ok=True)
        (self.folder / "info/attributes").write_text(_ATTRIBUTES, encoding="utf-8")
        self._git("add", "--all", "--force", ".")
        return self._commit("unpackPhase")

    def keep(self, phase: str) -> str:
        """Commit what a phase has changed; new files that the source ignores are left out."""
        self._git("add", "--all", ".")
        return self._commit(phase)

    def keep_edits(self) -> str:
        """Commit what the user has changed, when there is anything, and return the last commit."""
        self._git("add", "--all", ".")
        staged = self._git("diff", "--cached", "--quiet", fail=False)
        return self._commit(_EDITS) if staged.returncode else self._head()

    @property
    def changed_by_phases(self) -> bool:
        """Whether a phase has been at work since the source was unpacked."""
        return any(subject != _EDITS for subject in self._subjects()[:-1])

    def as_unpacked(self) -> str:
        """Put the source back to what was unpacked, and return that commit."""
        root = self._git("rev-list", "--max-parents=0", "HEAD").stdout.strip()
        self._git("reset", "--quiet", "--hard", root)
        self._git("clean", "--quiet", "-d", "--force", "-x")
        return root

    def edited(self, base: str) -> tuple[str, ...]:
        """Return the files that the user has changed since a commit."""
        listing = self._git(
            "log", "-z", "--name-only", "--format=", "--no-renames", "--fixed-strings",
            f"--grep={_EDITS}", f"{base}..HEAD",
        ).stdout  # fmt: skip
        return tuple(sorted({name for name in listing.split("\0") if name.strip()}))

    def binary(self, base: str, files: Sequence[str]) -> tuple[str, ...]:
        """Return those of the files whose changes ``patch`` cannot apply."""
        argv = ["diff", "--numstat", "-z", "--no-renames", base, "HEAD", "--", *files]
        rows = self._git(*argv).stdout.split("\0")
        return tuple(row.split("\t")[2] for row in rows if row.startswith("-\t"))

    def also_changed_by_phases(self, base: str, files: Sequence[str]) -> tuple[str, ...]:
        """Return those of the files that a phase has changed too."""
        listing = self._git(
            "log", "-z", "--name-only", "--format=", "--no-renames", "--fixed-strings",
            "--invert-grep", f"--grep={_EDITS}", f"{base}..HEAD",
        ).stdout  # fmt: skip
        changed = {name.strip() for name in listing.split("\0")}
        return tuple(name for name in files if name in changed)

    def write_patch(self, base: str, files: Sequence[str], to: Path) -> None:
        """Write what the files have become since a commit, byte by byte, for ``patch -p1``."""
        self._git(
            "diff", f"--output={to}", "--no-color", "--no-ext-diff", "--no-textconv",
            "--no-renames", "--full-index", "--src-prefix=a/", "--dst-prefix=b/", base, "HEAD",
            "--", *files,
        )  # fmt: skip

    def _subjects(self) -> list[str]:
        """Return the first lines of the commits, the newest first."""
        return self._git("log", "--format=%s").stdout.splitlines()

    def _head(self) -> str:
        return self._git("rev-parse", "HEAD").stdout.strip()

    def _commit(self, message: str) -> str:
        self._git("commit", "--quiet", "--allow-empty", "--no-verify", f"--message={message}")
        return self._head()

    def _git(self, *arguments: str, fail: bool = True) -> process.Completed:
        config = [word for key, value in _CONFIG.items() for word in ("-c", f"{key}={value}")]
        env = {
            "GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(self.source), "LC_ALL": "C",
            "GIT_INDEX_FILE": str(self.folder / "index"), "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_LITERAL_PATHSPECS": "1",
        }  # fmt: skip
        done = process.run(["git", *config, *arguments], cwd=self.source, env=env)
        if fail and done.returncode:
            why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            problem = Problem("git", f"the edits cannot be followed: {why}", "Check the source")
            raise ExternalError(problem)
        return done
