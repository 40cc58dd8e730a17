"""Passwords that end in the store."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import role

TEXT = "environment.etc.\"db\".text = ''\n  DB_BASE_PASSWD=\"oar\"\n'';"


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ('services.k3s.tokenFile = pkgs.writeText "token" "x";', [4]),
        ('services.k3s.tokenFile = "/run/token";', []),
        ('services.a.settings.password = "x";', [4]),
        ('services.a.settings.password = "";', []),
        ("services.a.settings.password = config.b;", []),
        (TEXT, [5]),
        (TEXT.replace('"oar"', "$SECRET"), []),
    ],
)
def test_a_secret_that_is_spelt_out(tmp_path, inside, lines):
    assert lines_hit(tmp_path, "NXC433", {}, composition_nix=role(inside)) == lines


def test_a_readme_that_speaks_of_it_is_enough(tmp_path):
    files = {"README.md": "All credentials are throw-away."}
    assert lines_hit(tmp_path, "NXC433", files, composition_nix=role(TEXT)) == []
