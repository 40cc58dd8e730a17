"""The stage 1 of systemd, which the flavours of NixOS Compose cannot boot."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC121", "nixos-25.05", "nixos-26.05", 13),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


def test_systemd_in_stage_1_is_turned_off_by_hand(tmp_path):
    flake = changed(
        ("nixos-25.05", "nixos-26.05"),
        ("inherit nixpkgs", "extraConfigurations = [ { boot.initrd.systemd.enable = false; } ];"
         " inherit nixpkgs"),
    )  # fmt: skip
    assert lines_hit(tmp_path, "NXC121", {}, flake_nix=flake) == []
