"""Inputs that bring a second nixpkgs."""

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import lock
from tests.survey.projects import FLAKE


def test_another_nixpkgs_is_told_with_who_brings_it(tmp_path):

    flake = FLAKE.replace("    nxc.url", '    tool.url = "github:o/tool";\n    nxc.url')
    files = lock(
        tool={"inputs": {"nixpkgs": "nixpkgs_2"}},
        nixpkgs_2={},
        root={"inputs": {"nixpkgs": "nixpkgs", "nxc": "nxc", "tool": "tool"}},
    )
    assert lines_hit(tmp_path, "NXC204", files, flake_nix=flake) == [4]
