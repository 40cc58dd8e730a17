"""Paths that lead nowhere."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC011", "[\n  ./nowhere.nix\n]\n", [2]),
        ("NXC011", "if builtins.pathExists ./nowhere.nix then ./nowhere.nix else 1\n", []),
    ],
)
def test_it_fires_on_files(tmp_path, code, text, lines):
    files = {"x.nix": text, "f.nix": "{ needed, given ? 1 }: needed"}
    assert lines_hit(tmp_path, code, files) == lines
