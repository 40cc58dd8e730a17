"""What is locked against what flake.nix says."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import lock
from tests.survey.projects import FLAKE


@pytest.mark.parametrize(
    ("original", "hits"),
    [
        ({"type": "github", "owner": "nixos", "repo": "NIXPKGS", "ref": "nixos-25.05"}, 0),
        ({"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "nixos-24.11"}, 1),
        ({"type": "indirect", "id": "nixpkgs"}, 0),
    ],
)
def test_what_is_locked_is_compared_with_what_is_asked_for(tmp_path, original, hits):
    files = lock(nixpkgs={"original": original, "locked": original})
    assert len(lines_hit(tmp_path, "NXC203", files)) == hits


def test_a_folder_of_the_same_repository_is_locked_by_its_place_in_the_store(tmp_path):

    flake = FLAKE.replace("    nxc.url", '    tool.url = "../tool";\n    nxc.url')
    stored = {"type": "path", "path": "/nix/store/abc-source?dir=tool"}
    files = lock(
        tool={"original": stored, "locked": stored},
        root={"inputs": {"nixpkgs": "nixpkgs", "nxc": "nxc", "tool": "tool"}},
    )
    assert lines_hit(tmp_path, "NXC203", files, flake_nix=flake) == []


def test_inputs_that_only_one_of_the_two_has(tmp_path):
    files = lock(root={"inputs": {"nixpkgs": "nixpkgs", "gone": "nxc"}})
    assert len(lines_hit(tmp_path, "NXC207", files)) == 2
