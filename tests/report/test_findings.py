"""Findings as text: one line each, in the width of the terminal."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.checks.engine import Checked, Finding, Run
from scaffold.checks.levels import LevelDone
from scaffold.checks.registry import find
from scaffold.checks.rule import Edit, Level
from scaffold.report.findings import text_lines

BASE = Path("/lab")


def run(message="there is no such branch", remedy="Name one that is there", edits=()):
    rule = find("NXC120")
    found = Finding(rule, rule.severity, BASE / "flake.nix", 3, 5, message, remedy, edits)
    levels = (LevelDone(Level.TEXT, "done"), LevelDone(Level.STUB, "not done", "no nix " * 30))
    return Run((Checked(BASE, "one project", (found,), levels),), ())


def lines(told, width=0):
    return [line for line, _ in text_lines(told, BASE, width=width)]


def test_a_finding_is_one_line_with_its_remedy():
    wanted = "    3:5     error    NXC120 there is no such branch. Name one that is there"
    assert lines(run())[2] == wanted
    assert lines(run(), 80)[2] == wanted


def test_a_narrow_terminal_gets_the_message_and_how_to_see_the_rest():
    told = lines(run(), 60)
    assert told[2] == "    3:5     error    NXC120 there is no such branch"
    assert told[-2].startswith("what to do: nxc-scaffold describe CODE")


def test_what_can_be_mended_keeps_its_mark():
    edit = Edit(BASE / "flake.nix", 0, 1, "x")
    line = lines(run("a long message " * 9, edits=(edit,)), 80)[2]
    assert len(line) == 80
    assert line.endswith("… [--fix]")


@pytest.mark.parametrize("width", [50, 80, 120])
@given(message=st.text(max_size=200), remedy=st.text(max_size=200))
def test_no_line_is_longer_than_the_terminal(width, message, remedy):
    told = lines(run(message, remedy), width)
    assert all(len(line) <= max(width, 60) for line in told)
    assert not any("\n" in line for line in told)
