"""The reference of the rules is what the rules say, and each rule has what a reader needs."""

import re
from pathlib import Path

import pytest

from scaffold.checks.registry import all_rules
from scaffold.report.rules import rule_page
from tests.tools.reference import RULES, rules

TESTS = Path(__file__).parents[1] / "checks/rules"
MEASURED = Path(__file__).parents[2] / "docs/measured.md"


def test_the_reference_is_that_of_the_rules():
    assert RULES.read_text(encoding="utf-8") == rules(), "run `make examples`"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_each_rule_says_what_it_is(rule):
    assert re.fullmatch(r"(NXC|NUR)\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|[a-z]+", rule.name)
    for text in (rule.title, rule.why, rule.remedy):
        assert text.strip() == text
        assert len(text) > 5
    assert rule.why.endswith(".")
    assert not rule.title.endswith(".")
    assert not rule.remedy.endswith(".")
    assert rule_page(rule)["name"] == rule.code


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_each_rule_has_a_test(rule):
    texts = [file.read_text(encoding="utf-8") for file in TESTS.glob("*/test_*.py")]
    assert any(f'"{rule.code}"' in text for text in texts), "write a case on which it fires"


def test_names_are_used_once():
    names = [rule.name for rule in all_rules()]
    assert len(names) == len(set(names))


def test_each_class_of_defects_has_rules_and_each_rule_a_class():
    text = MEASURED.read_text(encoding="utf-8")
    section = text.partition("## Classes of defects")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")][2:]
    told = [code.strip() for row in rows for code in row[2].split(",")]
    assert sorted(told) == [rule.code for rule in all_rules()]
