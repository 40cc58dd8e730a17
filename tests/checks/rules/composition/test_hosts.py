"""Numbers of hosts that NixOS Compose cannot start."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import OLD, ROLE, changed, composition, lock

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC413", composition(f'{ROLE}\nrolesDistribution.web = 5;\ntestScript = "x";'), [4]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


@pytest.mark.parametrize("flavours", ["", 'flavours = nixpkgs.lib.getAttrs [ "docker" ] 1; '])
def test_rules_of_vm_ask_for_vm(tmp_path, flavours):
    text = composition(f'{ROLE}\nrolesDistribution.web = 5;\ntestScript = "x";')
    flake = changed(("inherit nixpkgs", f"{flavours}inherit nixpkgs"))
    hits = lines_hit(tmp_path, "NXC413", {}, composition_nix=text, flake_nix=flake)
    assert bool(hits) is not bool(flavours)


def test_eight_hosts_of_an_old_library(tmp_path):
    text = composition(f"{ROLE}\nrolesDistribution.web = 8;")
    assert lines_hit(tmp_path, "NXC414", lock(OLD), composition_nix=text) == [4]
    assert lines_hit(tmp_path, "NXC414", lock("1750000000"), composition_nix=text) == []
