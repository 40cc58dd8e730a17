"""The function of the outputs: its arguments and their names."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC110", "{ self, nixpkgs, nxc }", "{ self, nixpkgs }", 4),
        ("NXC110", "{ self, nixpkgs, nxc }", "{ self, nixpkgs, nxc, other }", 8),
        ("NXC111", "packages.${system}", "devShell.${system} = nxc.x; packages.${system}", 13),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]
