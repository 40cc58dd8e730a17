"""Packages that the release does not have."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import release, role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("pinned", "inside", "hits"),
    [
        ("24.11", "environment.systemPackages = [ pkgs.exa ];", 1),
        ("24.11", "environment.systemPackages = with pkgs; [ exa ];", 1),
        ("24.11", "environment.systemPackages = [ (pkgs.exa or pkgs.eza) ];", 0),
        ("23.11", "environment.systemPackages = [ pkgs.exa ];", 0),
    ],
)
def test_packages_that_are_gone(tmp_path, pinned, inside, hits):
    text, flake = role(inside), release(pinned)
    assert len(lines_hit(tmp_path, "NXC602", {}, composition_nix=text, flake_nix=flake)) == hits


@pytest.mark.parametrize(
    "overlays", ["[ nxc.overlays.default ]", "[ (final: prev: { exa = prev.eza; }) ]"]
)
def test_an_overlay_may_have_the_package(tmp_path, overlays):
    flake = release("24.11", ("inherit nixpkgs", f"overlays = {overlays}; inherit nixpkgs"))
    text = role("environment.systemPackages = [ pkgs.exa ];")
    assert lines_hit(tmp_path, "NXC602", {}, composition_nix=text, flake_nix=flake) == []
