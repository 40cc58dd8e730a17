"""Pipes that hide that their first command failed."""

import ast

import pytest

from scaffold.checks.pipes import hidden_failures


@pytest.mark.parametrize(
    ("script", "hides"),
    [
        ("m.succeed('psql | grep x')", True),
        ("m.succeed('set -o pipefail; psql | grep x')", False),
        ("m.succeed('set -o pipefail; ! psql | grep x')", True),
        ("m.succeed('set -o pipefail; psql | { ! grep x; }')", False),
        ("m.wait_until_fails('set -o pipefail; psql | grep x')", True),
        ("m.succeed(f'{head} | grep x')", False),
        ("m.succeed(\"su - u --command='psql | grep x'\")", True),
        ("m.succeed(\"grep 'a|b' /x || true\")", False),
    ],
)
def test_the_rule_of_pipes_finds_what_hides_a_failure(script, hides):
    assert any(hidden_failures(ast.parse(script))) is hides
