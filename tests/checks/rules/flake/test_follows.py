"""Inputs that should follow nixpkgs, and those that follow nothing."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC106", '    nxc.inputs.nixpkgs.follows = "nixpkgs";\n', "", 4),
        ("NXC119", 'follows = "nixpkgs"', 'follows = "nixpkg"', 5),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("NXC107", 'kapack.url = "github:oar-team/nur-kapack/25.05";'),
    ],
)
def test_kapack(tmp_path, code, line):
    flake = changed(("    nxc.url", f"    {line}\n    nxc.url"), ("nxc }", "nxc, kapack }"))
    assert lines_hit(tmp_path, code, {}, flake_nix=flake) == [4]


def test_follows_is_not_asked_for_where_a_newer_nixpkgs_must_not_build_the_client(tmp_path):
    flake = changed(
        ('    nxc.inputs.nixpkgs.follows = "nixpkgs";\n', ""), ("nixos-25.05", "nixos-25.11")
    )
    assert lines_hit(tmp_path, "NXC106", {}, flake_nix=flake) == []
