"""Flavours that do not exist."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        (
            "NXC117",
            "inherit nixpkgs",
            'flavours = nixpkgs.lib.getAttrs [ "vms" ] 1; inherit nixpkgs',
            14,
        ),
        ("NXC117", "packages.${system}", 'x = self."composition::docekr"; packages.${system}', 13),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]
