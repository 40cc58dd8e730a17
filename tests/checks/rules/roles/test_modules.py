"""Options whose module is not there, or does not fit the release."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed, role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC424", role("services.oar.web.monika.enable = true;"), [4]),
        ("NXC425", role("services.oar.node.enable = true;"), [4]),
        (
            "NXC425",
            role("imports = [ nur.repos.kapack.modules.oar ];\nservices.oar.node.enable = true;"),
            [],
        ),
    ],
)
def test_it_fires_on_roles(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {}, composition_nix=text) == lines


def test_a_module_of_extra_configurations_may_declare_the_options(tmp_path):
    flake = changed(("inherit nixpkgs", "extraConfigurations = [ nxc.x ]; inherit nixpkgs"))
    text = role("services.oar.node.enable = true;")
    assert lines_hit(tmp_path, "NXC425", {}, composition_nix=text, flake_nix=flake) == []
