"""``-v`` shows every program that is run, and without it none."""

import pytest

from scaffold.system import process


@pytest.fixture(autouse=True)
def forget_observers(monkeypatch):
    monkeypatch.setattr(process, "_observers", [])


def test_an_observer_sees_the_command_before_it_runs():
    seen = []
    process.observe(seen.append)
    process.run(["true", "a b"])
    assert seen == [["true", "a b"]]


def test_nobody_observes_unless_asked():
    assert process.run(["true"]).returncode == 0
