"""The arguments of ``lib.compose``: which it takes, which it needs."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC114", "inherit nixpkgs system;", "inherit nixpkgs system; modules = [ ];", 14),
        ("NXC115", "composition = ./composition.nix", "compositions = ./composition.nix", 15),
        ("NXC118", "inherit nixpkgs system;", "inherit system;", 13),
        ("NXC118", "composition = ./composition.nix;", "", 13),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


def test_arguments_that_are_computed_are_said_to_be(tmp_path):
    flake = changed(
        ("nxc.lib.compose {", "nxc.lib.compose (nixpkgs // {"), ("      };\n", "      });\n")
    )
    assert lines_hit(tmp_path, "NXC125", {}, flake_nix=flake) == [13]
