"""Helpers for tests that break the writer: operations that fail or kill, and looks around."""

from __future__ import annotations

import os
import signal
import stat
import sys
import traceback
from pathlib import Path, PurePosixPath

from scaffold.writer.merging import Past, blob_id
from scaffold.writer.ops import Ops
from scaffold.writer.plan import make_plan, resolve
from scaffold.writer.steps import Decision
from scaffold.writer.tree import WORK_NAME, Policy, Tree, state_file, text_file
from scaffold.writer.workdir import neighbour_name

TREE = Tree(
    [
        text_file(".gitignore", "result\n", policy=Policy.APPEND_LINES),
        state_file(".nxc-scaffold.toml", b"# ours\nnew = 1\n", lambda old: b"# ours" in old),
        text_file("composition.nix", "{ new = true; }\n"),
        text_file("parts/deep/a.nix", "{ a = 1; }\n"),
        text_file("parts/b.nix", "{ b = 1; }\n"),
        text_file("run.sh", "#!/bin/sh\n", 0o755),
        text_file("same.nix", "{ }\n"),
        text_file("secrets/key", "k\n", 0o600),
    ]
)
THERE = {
    ".gitignore": "mine\n",
    ".nxc-scaffold.toml": "# ours\nold = 1\n",
    "composition.nix": "{ old = true; }\n",
    "parts/b.nix": "{ b = 0; }\n",
    "same.nix": "{ }\n",
    "untouched/file": "mine\n",
    "old.nix": "{ old = 1; }\n",
    "gone/old.nix": "{ old = 2; }\n",
}
#: What an earlier run wrote: the files of THERE that TREE does not hold are deleted.
PAST = Past({PurePosixPath(p): blob_id(THERE[p].encode()) for p in ("old.nix", "gone/old.nix")})


def target_in(folder: Path, existing: bool) -> Path:
    """Create a folder with a target in it, and return the target."""
    folder.mkdir()
    target = folder / "lab"
    for name, text in THERE.items() if existing else ():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return target


def plan_for(target: Path):
    """Return the plan of TREE: conflicts are overwritten, what was written before is deleted."""
    return resolve(make_plan(TREE, target, past=PAST), lambda step: Decision.OVERWRITE)


def everything_in(folder: Path) -> dict[str, object]:
    """Return everything below ``folder``: kind, permission bits and content.

    A folder that is left empty when the last file in it is deleted does no harm, and is not told.
    """
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.name == "gone" and not any(path.iterdir()):
            continue
        mode = path.lstat().st_mode
        content = path.read_bytes() if stat.S_ISREG(mode) else None
        found[str(path.relative_to(folder))] = (oct(mode), content)
    return found


def left_behind(target: Path) -> list[str]:
    """Return the work folders in and beside ``target``."""
    places = (target.parent / neighbour_name(target.name), target / WORK_NAME)
    return [str(path) for path in places if os.path.lexists(path)]


def without_work(found: dict[str, object]) -> dict[str, object]:
    """Return a look without work folders."""
    return {name: what for name, what in found.items() if "nxc-scaffold-work" not in name}


class Hooked(Ops):
    """Counts the operations and calls ``hook`` before each; the half of a write is done by then."""

    def __init__(self) -> None:
        self.count = 0

    def hook(self, name: str) -> None:
        """Break something."""


def _hooked(name: str):
    original = getattr(Ops, name)

    def operation(self, *arguments):
        self.count += 1
        if name == "write":
            handle, data = arguments
            half = len(data) // 2
            written = original(self, handle, data[:half]) if half else 0
            self.hook(name)
            return written + original(self, handle, data[written:])
        self.hook(name)
        # a killed process loses nothing that it handed to the system; the tests need not wait
        return None if name == "fsync" else original(self, *arguments)

    return operation


for _name in [name for name in vars(Ops) if not name.startswith("_")]:
    setattr(Hooked, _name, _hooked(_name))


class Failing(Hooked):
    """Raises ``error`` at the k-th operation, and at all after it when ``lasting``."""

    def __init__(self, k: int, error: BaseException, lasting: bool = False) -> None:
        super().__init__()
        self.k, self.error, self.lasting = k, error, lasting

    def hook(self, name: str) -> None:
        if self.count == self.k or (self.lasting and self.count > self.k):
            raise self.error


class Deadly(Hooked):
    """Kills the process at the k-th operation."""

    def __init__(self, k: int) -> None:
        super().__init__()
        self.k = k

    def hook(self, name: str) -> None:
        if self.count == self.k:
            os.kill(os.getpid(), signal.SIGKILL)


def start_child(action) -> int:
    """Start ``action`` in a process of its own; return its id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            action()
            code = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    return child


def in_child(action) -> bool:
    """Run ``action`` in a process of its own; return whether it was killed."""
    _, status = os.waitpid(start_child(action), 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.waitstatus_to_exitcode(status) == 0, "the child failed by itself"
    return False
