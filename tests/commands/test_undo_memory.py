"""What the last run changed, kept for ``undo``."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from scaffold.commands.undo_memory import last_run, remembered
from scaffold.writer.apply import apply
from scaffold.writer.plan import make_plan
from scaffold.writer.tree import File, Tree


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def plan_of(target, text):
    return make_plan(Tree([File(PurePosixPath("a"), text)]), target)


def written(target, text, command):
    plan = plan_of(target, text)
    with remembered(plan, command):
        apply(plan)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "full")])
def test_a_run_that_wrote_nothing_leaves_the_one_before_as_the_last(tmp_path, error):
    target = tmp_path / "lab"
    written(target, b"1\n", "first")
    (target / "a").unlink()
    with pytest.raises(type(error)), remembered(plan_of(target, b"2\n"), "second"):
        raise error
    assert last_run(target.resolve()).command == "first"


def test_a_run_that_is_interrupted_when_all_is_written_is_the_last(tmp_path):
    target = tmp_path / "lab"
    written(target, b"1\n", "first")
    (target / "a").unlink()
    plan = plan_of(target, b"2\n")

    def interrupted():
        with remembered(plan, "second"):
            apply(plan)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert last_run(target.resolve()).command == "second"
    assert len(list((tmp_path / "state/nxc-scaffold/undo").iterdir())) == 1
