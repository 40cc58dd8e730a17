"""Damaged repositories are registered in or refused in words: no traceback, no byte lost."""

import random
from pathlib import Path

import pytest

from tests.tools.nur_mutations import FIXTURES, mutated, repository, tried

REPOSITORIES = [repository(folder) for folder in sorted(FIXTURES.iterdir())]


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_a_mutant_is_registered_in_or_refused(tmp_path: Path, start: int) -> None:
    told = set()
    for seed in range(start, start + 50):
        chance = random.Random(seed)
        files = mutated(chance.choice(REPOSITORIES), chance)
        told.add(tried(files, tmp_path / str(seed)))
    assert {"refused"} < told


@pytest.mark.nix
def test_a_mutant_is_proved_or_said_not_to_be(tmp_path: Path, nix_program: str) -> None:
    told = set()
    for seed in range(1000, 1030):
        chance = random.Random(seed)
        files = mutated(chance.choice(REPOSITORIES), chance)
        told.add(tried(files, tmp_path / str(seed), proving=True).rpartition(", ")[2])
    assert {"refused", "proved"} <= told
