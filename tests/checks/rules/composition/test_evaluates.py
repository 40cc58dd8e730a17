"""Compositions that cannot be called, and those without roles."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC401", "{ pkgs }:\n{ roles = { }; }\n", 1),
        ("NXC410", composition('testScript = "";'), 1),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines
