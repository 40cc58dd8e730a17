"""Releases of nixpkgs without support."""

from datetime import date

from tests.checks.rules.findings import found
from tests.survey.projects import project


def test_a_release_is_told_from_the_day_on_which_its_support_has_ended(tmp_path):
    project(tmp_path)
    assert found(tmp_path, "NXC101", today=date(2025, 12, 31)) == []
    assert found(tmp_path, "NXC101", today=date(2026, 1, 1)) == [("NXC101", "flake.nix", 3)]
