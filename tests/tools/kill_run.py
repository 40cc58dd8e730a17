"""Kill the writer at random moments and look at what is left: wholly old or wholly new.

    python tests/tools/kill_run.py --runs 200 --seed 7
    python tests/tools/kill_run.py --runs 200 --seed 7 --command \
        'nxc-scaffold new {target} --stack oar-nfs --defaults --force --no-check --no-git'
    python tests/tools/kill_run.py --runs 200 --only existing --prepare \
        'nxc-scaffold new {target} --stack oar-nfs --defaults --no-check --no-git' --command \
        'nxc-scaffold change {target} --set roles.node.count=9 --drop-role frontend ...'

Each run starts a process that writes a tree to a fresh or an existing folder and sends it SIGKILL
after a random part of the time that an undisturbed run takes. Then the target is compared with the
old and the new state, at once and again after ``recover``, which the next run starts with. In an
existing folder the first look may find some of both, by design; the second must not. Without
``--command`` the clock starts when the child is about to apply its plan, so that kills are dense
where it matters; with it, every second kill waits for the work folder, which is there only while
the command writes. With ``--prepare`` existing folders are what that command makes. ``.git``
folders are not compared. Exit code 1 when a state was neither.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from crashing import everything_in, left_behind, plan_for, target_in, without_work  # noqa: E402

from scaffold.writer.apply import apply  # noqa: E402
from scaffold.writer.journal import recover  # noqa: E402


def main() -> int:
    """Run what the command line asks for; print one line per kind of target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200, help="kills per kind of target")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only", choices=["fresh", "existing"])
    parser.add_argument("--command", help="what to kill, {target} stands for the folder")
    parser.add_argument("--prepare", help="what makes an existing {target} before")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options.child)
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    kinds = [options.only] if options.only else ["fresh", "existing"]
    return max([series(kind, options, chance) for kind in kinds])


def child(target: Path) -> int:
    """Make the plan, say so, apply it, say so."""
    plan = plan_for(target)
    print("ready", flush=True)
    apply(plan)
    print("done", flush=True)
    return 0


@dataclass(frozen=True)
class Seconds:
    """How long a run takes that nobody kills: all of it, and its writing."""

    whole: float
    writing: float


def series(kind: str, options: argparse.Namespace, chance: random.Random) -> int:
    """Kill one kind of run many times; return the exit code."""
    scratch = Path(tempfile.mkdtemp(prefix="kill-run-"))
    try:
        os.environ["XDG_STATE_HOME"] = str(scratch / "state")
        make = maker(scratch / "model", kind == "existing", options.prepare)
        old = files(make(scratch / "old").parent)
        times = [undisturbed(make(scratch / f"new{n}"), options.command) for n in range(3)]
        usual = sorted(times, key=lambda seconds: seconds.whole)[1]
        new = files(scratch / "new0")
        at_once, after = Counter[str](), Counter[str]()
        for number in range(options.runs):
            target = make(scratch / f"run{number}")
            kill_one(target, options.command, usual, chance, at_writing=number % 2 == 1)
            at_once[state(target.parent, old, new)] += 1
            recover(target)
            left = "" if not left_behind(target) else " with leftovers"
            after[state(target.parent, old, new) + left] += 1
            shutil.rmtree(target.parent)
    finally:
        shutil.rmtree(scratch)
    print(f"{kind}: {options.runs} kills; at once: {told(at_once)}; recovered: {told(after)}")
    allowed = {"old", "new"} | ({"some of both"} if kind == "existing" else set())
    return 0 if set(at_once) <= allowed and set(after) <= {"old", "new"} else 1


def start(target: Path, command: str | None) -> subprocess.Popen[bytes]:
    """Start what is to be killed; return when the clock should start."""
    own = [sys.executable, str(Path(__file__).resolve()), "--child", str(target)]
    argv = [part.replace("{target}", str(target)) for part in shlex.split(command or "")] or own
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if not command and process.stdout:
        select.select([process.stdout], [], [])
    return process


def maker(model: Path, existing: bool, prepare: str | None) -> Callable[[Path], Path]:
    """Return what makes a folder with a target in it, and returns the target."""
    if not (existing and prepare):
        return lambda folder: target_in(folder, existing)
    model.mkdir()
    words = shlex.split(prepare.replace("{target}", str(model / "lab")))
    subprocess.run(words, check=True, capture_output=True)
    return lambda folder: Path(shutil.copytree(model, folder)) / "lab"


def undisturbed(target: Path, command: str | None) -> Seconds:
    """Time a run that nobody kills."""
    process = start(target, command)
    begin = writing = written = time.perf_counter()
    if command:
        wait_for_writing(process, target)
        writing = time.perf_counter()
        while left_behind(target):
            pass
        written = time.perf_counter()
    lines = 0
    while not command and process.stdout and lines < 2:
        lines += len(process.stdout.readline()) > 0  # "ready" and "done"
    end = time.perf_counter()
    process.communicate()
    if process.returncode:
        raise SystemExit(f"the undisturbed run ended with {process.returncode}")
    end = time.perf_counter() if command else end
    return Seconds(end - begin, written - writing)


def wait_for_writing(process: subprocess.Popen[bytes], target: Path) -> None:
    """Return when the work folder is there, or the process has ended."""
    while process.poll() is None and not left_behind(target):
        pass


def kill_one(
    target: Path, command: str | None, usual: Seconds, chance: random.Random, *, at_writing: bool
) -> None:
    """Start a run and kill it after a random part of it, or of its writing."""
    process = start(target, command)
    if command and at_writing:
        wait_for_writing(process, target)
        time.sleep(chance.uniform(0, 1.2 * usual.writing))
    else:
        time.sleep(chance.uniform(0, 1.2 * usual.whole))
    process.send_signal(signal.SIGKILL)
    process.communicate()


def files(folder: Path) -> dict[str, object]:
    """Return what is below ``folder``, without what belongs to git or to the writer's work."""
    found = without_work(everything_in(folder))
    return {name: what for name, what in found.items() if "/.git/" not in f"/{name}/"}


def state(folder: Path, old: dict[str, object], new: dict[str, object]) -> str:
    """Return the word for what is below ``folder``."""
    found = files(folder)
    if found in (old, new):
        return "old" if found == old else "new"
    return "some of both"


def told(counts: Counter[str]) -> str:
    """Return counts as words."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
