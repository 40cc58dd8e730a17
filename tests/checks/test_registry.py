"""A rule is a file of its family, found by itself, and has a file of tests of the same name."""

from pathlib import Path

import pytest

from scaffold.checks.registry import all_rules

TESTS = Path(__file__).parent / "rules"


@pytest.mark.parametrize("module", sorted({rule.check.__module__ for rule in all_rules()}))
def test_each_module_of_rules_has_its_tests(module):
    family, name = module.split(".")[-2:]
    assert (TESTS / family / f"test_{name}.py").is_file()


def test_every_rule_lies_in_a_module_of_a_family():
    assert all(rule.check.__module__.count(".") == 4 for rule in all_rules())
