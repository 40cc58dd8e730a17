"""The scratch folder of a package whose phases are run one by one.

It holds ``build`` (where the source is unpacked), ``outputs``, a log for each phase, the
environment after each phase, the history of the source, and ``state.json``, which is replaced in
one step before and after every phase: what is killed in between is found as not finished.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffold.base.errors import ConflictError, InputError, Problem
from scaffold.base.folders import templates_folder, write_in_one_step
from scaffold.phases import environment
from scaffold.phases import state as state_of
from scaffold.phases.history import SourceHistory
from scaffold.phases.state import State

#: Blanks and quotes in the path break most builds; nix itself builds in a plain folder.
_PLAIN = re.compile(r"[^\s'\"\\$`:]+")


class Scratch:
    """The scratch folder of one package, and all that is done in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        if not _PLAIN.fullmatch(str(self.root)):
            what = "builds do not work in a path with blanks, quotes or colons"
            raise InputError(Problem(f"--dir {self.root}", what, "Name another with --dir"))
        self.build, self.outputs = self.root / "build", self.root / "outputs"
        self.logs, self.env = self.root / "logs", self.root / "env"
        self.driver = templates_folder() / "phases" / "driver.sh"

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Keep other runs out. Raises ConflictError when one is at work."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                problem = Problem(str(self.root), "another run is at work in it", "Wait for it")
                raise ConflictError(problem) from error
            yield

    def reset(self) -> None:
        """Remove everything: source, outputs, logs and state."""
        for entry in self.root.iterdir():
            if entry.name != "lock":
                remove(entry)

    def state(self) -> State | None:
        """Return how far the build has come; one that was cut off has no running phase."""
        try:
            return state_of.load((self.root / "state.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def save(self, state: State) -> State:
        """Write the state in one step and return it."""
        write_in_one_step(self.root / "state.json", state_of.dump(state).encode())
        return state

    def log(self, number: int, name: str) -> Path:
        """Return the log of a phase; the environment is loaded with number 0."""
        return self.logs / f"{number:02}-{name}.log"

    def saved(self, number: int) -> Path:
        """Return where the environment after so many phases is kept."""
        return self.env / f"{number:02}"

    def before(self, number: int) -> Path:
        """Return the environment that a phase starts from; a skipped phase leaves none."""
        return next(path for at in range(number, -1, -1) if (path := self.saved(at)).exists())

    def records(self, number: int = 0) -> environment.Records:
        """Return the environment that a phase starts from, by default that of stdenv."""
        return environment.parse(self.before(number).read_bytes()) or {}

    def history(self, state: State) -> SourceHistory | None:
        """Return the history of the source, None before it is unpacked or without git."""
        git = self.root / "git"
        return SourceHistory(git, Path(state.source)) if state.source and git.exists() else None

    def prepare(self) -> None:
        """Make the folders."""
        for folder in (self.build, self.outputs, self.logs, self.env):
            folder.mkdir(parents=True, exist_ok=True)


def remove(path: Path) -> None:
    """Remove a file or a folder, also one whose folders are read-only as in the store."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for folder in (path, *(each for each in path.rglob("*") if each.is_dir())):
        if not folder.is_symlink():
            folder.chmod(folder.stat().st_mode | 0o700)
    shutil.rmtree(path)
