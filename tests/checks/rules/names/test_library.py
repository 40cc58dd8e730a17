"""Functions of nixpkgs' library that the release does not have."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import release, role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(("pinned", "hits"), [("24.05", 0), ("24.11", 1)])
def test_functions_of_lib_that_are_gone(tmp_path, pinned, hits):
    text = role('system.nixos.label = lib.mdDoc "x";')
    flake = release(pinned)
    assert len(lines_hit(tmp_path, "NXC604", {}, composition_nix=text, flake_nix=flake)) == hits
