"""Packages and modules that the pinned kapack does not have, or cannot build."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import kapack, role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("ref", "inside", "hits"),
    [
        ("24.11", "environment.systemPackages = [ pkgs.nur.repos.kapack.oar ];", 1),
        ("25.05", "environment.systemPackages = [ pkgs.nur.repos.kapack.oar ];", 0),
        ("25.05", "imports = [ nur.repos.kapack.modules.bdpo ];", 1),
        ("23.05", "imports = [ nur.repos.kapack.modules.bdpo ];", 0),
        ("my-own", "imports = [ nur.repos.kapack.modules.bdpo ];", 0),
    ],
)
def test_what_a_branch_of_kapack_lacks(tmp_path, ref, inside, hits):
    text = role(inside)
    assert (
        len(lines_hit(tmp_path, "NXC603", {}, composition_nix=text, flake_nix=kapack(ref))) == hits
    )


def test_a_private_source_is_told_once_unless_the_readme_says_so(tmp_path):
    ear = "pkgs.nur.repos.kapack.ear"
    text = role(f"environment.systemPackages = [ {ear} {ear} ];")
    flake = kapack("23.05")
    assert lines_hit(tmp_path, "NXC605", {}, composition_nix=text, flake_nix=flake) == [4]
    files = {"README.md": "The source of EAR is private."}
    assert lines_hit(tmp_path, "NXC605", files, composition_nix=text, flake_nix=flake) == []
