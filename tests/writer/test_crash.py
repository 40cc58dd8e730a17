"""The writer broken at each of its operations in turn: the target is wholly old or wholly new."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from scaffold.base.errors import ScaffoldError
from scaffold.writer.apply import apply
from scaffold.writer.journal import recover
from tests.crashing import (
    Deadly,
    Failing,
    Hooked,
    everything_in,
    in_child,
    left_behind,
    plan_for,
    target_in,
    without_work,
)

TARGETS = pytest.mark.parametrize("existing", [False, True], ids=["fresh", "existing"])
FAULTS = {
    "ENOSPC": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "EACCES": lambda: PermissionError(errno.EACCES, "Permission denied"),
    "Ctrl-C": KeyboardInterrupt,
}


@pytest.fixture
def states(tmp_path, existing):
    """What is around the target before and after an undisturbed run, and its operations."""
    target = target_in(tmp_path / "model", existing)
    before = everything_in(target.parent)
    ops = Hooked()
    apply(plan_for(target), ops=ops)
    return before, everything_in(target.parent), ops.count


def each(tmp_path, existing, count, step=1):
    for k in range(1, count + 1, step):
        yield k, target_in(tmp_path / f"run{k}", existing)


@TARGETS
@pytest.mark.parametrize("fault", FAULTS)
def test_one_failed_operation(tmp_path, existing, states, fault):
    before, after, count = states
    succeeded = 0
    for k, target in each(tmp_path, existing, count):
        plan = plan_for(target)
        try:
            apply(plan, ops=Failing(k, FAULTS[fault]()))
        except (ScaffoldError, KeyboardInterrupt) as error:
            found = without_work(everything_in(target.parent))
            interrupted_late = isinstance(error, KeyboardInterrupt) and found == after
            assert interrupted_late or found == before, k
        else:
            succeeded += 1
            assert without_work(everything_in(target.parent)) == after, k
        recover(target)
        assert everything_in(target.parent) in (before, after), k
        assert left_behind(target) == [], k
    assert succeeded < count / 2  # only what comes after the switch may fail unnoticed


@TARGETS
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_works_any_more_from_some_operation_on(tmp_path, existing, states, fault):
    before, after, count = states
    for k, target in each(tmp_path, existing, count):
        plan = plan_for(target)
        with suppress(ScaffoldError, KeyboardInterrupt):
            apply(plan, ops=Failing(k, FAULTS[fault](), lasting=True))
        recover(target)
        assert everything_in(target.parent) in (before, after), k
        assert left_behind(target) == [], k


@TARGETS
def test_killed_at_each_operation(tmp_path, existing, states):
    before, after, count = states
    outcomes = []
    for k, target in each(tmp_path, existing, count):
        plan = plan_for(target)
        assert in_child(lambda plan=plan, k=k: apply(plan, ops=Deadly(k)))
        if not existing:
            assert without_work(everything_in(target.parent)) in (before, after), k
        recover(target)
        outcomes.append(everything_in(target.parent))
        assert outcomes[-1] in (before, after), k
    assert outcomes == sorted(outcomes, key=lambda found: found == after)
    assert before in outcomes
    assert after in outcomes


@TARGETS
def test_killed_again_while_recovering(tmp_path, existing, states):
    before, after, count = states
    for k, target in each(tmp_path, existing, count, 3):
        in_child(lambda target=target, k=k: apply(plan_for(target), ops=Deadly(k)))
        for j in itertools.count(1 + k % 2, 2):  # one recovery after the other, each cut short
            if not in_child(lambda target=target, j=j: recover(target, Deadly(j))):
                break
        assert everything_in(target.parent) in (before, after), k


@pytest.mark.parametrize("existing", [True], ids=["existing"])
def test_killed_in_the_middle_and_unable_to_finish(tmp_path, existing, states):
    """Somebody takes a file's place after the kill: the rest is undone, and theirs is kept."""
    before, _, count = states
    undone = 0
    for k, target in each(tmp_path, existing, count):
        in_child(lambda target=target, k=k: apply(plan_for(target), ops=Deadly(k)))
        key = target / "secrets/key"  # the last move
        if key.exists():
            continue
        key.parent.mkdir(exist_ok=True)
        key.write_text("theirs")
        recover(target)
        assert key.read_text() == "theirs"
        key.unlink()
        key.parent.rmdir()
        assert everything_in(target.parent) == before, k
        undone += 1
    assert undone > count / 3


@TARGETS
def test_an_undo_that_is_killed_goes_on_undoing(tmp_path, existing, states):
    before, after, count = states

    class FailThenDie(Failing):
        def __init__(self, k, later):
            super().__init__(k, OSError(errno.ENOSPC, "No space left on device"))
            self.deadly = k + later

        def hook(self, name):
            super().hook(name)
            if self.count == self.deadly:
                os.kill(os.getpid(), 9)

    for k, target in each(tmp_path, existing, count):
        plan = plan_for(target)

        def run(plan=plan, k=k):
            with suppress(ScaffoldError):
                apply(plan, ops=FailThenDie(k, 1 + k % 17))

        in_child(run)
        recover(target)
        assert everything_in(target.parent) in (before, after), k


@TARGETS
def test_killed_at_random_moments(existing):
    """The small variant of the documented long run: see tests/tools/kill_run.py."""
    script = Path(__file__).parents[1] / "tools/kill_run.py"
    kind = "existing" if existing else "fresh"
    done = subprocess.run(
        [sys.executable, script, "--runs", "10", "--seed", "1", "--only", kind],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{kind}: 10 kills" in done.stdout
