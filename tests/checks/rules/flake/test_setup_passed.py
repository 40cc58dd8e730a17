"""setup.toml has to be given to ``lib.compose``."""

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


def test_setup_toml_has_to_be_passed(tmp_path):
    setup = {"setup.toml": "[params]\nn = 1\n"}
    assert lines_hit(tmp_path, "NXC116", setup) == [13]
    flake = changed(("inherit nixpkgs", "setup = ./setup.toml; inherit nixpkgs"))
    assert lines_hit(tmp_path, "NXC116", setup, flake_nix=flake) == []
