"""A NixOS Compose that is newer than its nixpkgs."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC123", "nixpkgs/nixos-25.05", "nixpkgs/nixos-22.05", 4),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]
