"""Addresses of inputs that others cannot fetch."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        (
            "NXC108",
            "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05",
            "path:/home/me/nixos-compose",
            4,
        ),
        ("NXC109", "nixpkgs/nixos-25.05", "nixpkgs?tag=25.05", 3),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]
