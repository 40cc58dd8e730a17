"""Keys that a composition does not have, or has in another place."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import ROLE, composition

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC407", composition(f"{ROLE}\ndockerPort.web = [ ];"), [4]),
        ("NXC411", composition("roles.web = { ... }: { };\nroles.dockerPorts = { };"), [4]),
        ("NXC412", composition(f"{ROLE}\ndockerPorts.wbe = [ ];"), [4]),
        ("NXC415", composition("roles = let dockerPorts.web = [ ]; in { web = _: { }; };"), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines
