"""docs/upgrades.md: every bump of the histories is judged, every stack of the new rows is shown."""

import re

import pytest

from tests.building import CATALOG
from tests.tools import new_rows
from tests.tools.upgrade_histories import BUMPS, MARK, PAGE, judgements

ROWS = PAGE.read_text(encoding="utf-8").partition(MARK)[2].partition("<!-- end -->")[0]


def test_every_bump_is_judged_once():
    asked = [(mirror.partition("+")[2], commit) for mirror, commit, _ in BUMPS]
    assert list(judgements()) == asked
    for judged in judgements().values():
        assert set(judged) == {"people", "same", "better", "not_done"}
        assert all(judged.values())


def test_the_page_has_what_is_judged():
    lines = [line for line in ROWS.splitlines() if line.startswith("| ")][2:]
    assert len(lines) == len(judgements())
    for line, (bump, judged) in zip(lines, judgements().items(), strict=True):
        assert line.startswith(f"| {' '.join(bump)} | {judged['people']} | ")
        assert line.endswith(f" | {judged['same']} | {judged['better']} | {judged['not_done']} |")


# --- stacks at the new rows -----------------------------------------------------------------------

STACKS = new_rows.stacks(CATALOG)


def test_the_table_of_stacks_is_the_record():
    text = PAGE.read_text(encoding="utf-8").partition(new_rows.MARK)[2].partition(new_rows.END)[0]
    assert text.split("\n")[1:-1] == new_rows.table(new_rows.recorded(), CATALOG)


@pytest.mark.parametrize("stack", new_rows.recorded())
def test_what_was_evaluated_is_offered(stack):
    seen = new_rows.recorded()[stack]
    assert set(seen.flavours) <= set(STACKS[stack].project.flavours)


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_generated_for_the_two_rows_is_the_same_to_nix(stack):
    assert new_rows.alike(stack, CATALOG)


def test_rows_whose_other_inputs_differ_are_not_alike(monkeypatch):
    assert not new_rows.alike("melissa-oar", CATALOG)  # neither row serves it
    monkeypatch.setattr(new_rows, "ALIKE", "25.05")
    assert not new_rows.alike("blank", CATALOG)


@pytest.mark.parametrize("release", ["26.05"])
def test_the_row_says_no_more_than_was_evaluated(release):
    evidence = CATALOG.releases[release].evidence
    seen = new_rows.recorded()
    named = [stack for stack in STACKS if re.search(rf"\b(?<!-){stack}\b(?!-)", evidence)]
    for stack in STACKS if "every stack" in evidence else named:
        project = STACKS[stack].project
        assert [seen[stack].flavours[flavour] for flavour in project.flavours] == (
            ["ok"] * len(project.flavours)
        )
