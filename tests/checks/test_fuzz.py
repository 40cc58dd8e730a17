"""Damaged files of projects end in findings, never in a traceback."""

from pathlib import Path

import pytest

from tests.tools.fuzz_check import rounds

EXAMPLES = Path(__file__).parents[2] / "generated_examples"
REPOSITORIES = Path(__file__).parents[1] / "fixtures/repos"


@pytest.mark.nix
def test_damaged_projects(nix_program):
    failures = list(rounds([EXAMPLES, REPOSITORIES], count=80, seed=3, every=40))
    assert failures == []
