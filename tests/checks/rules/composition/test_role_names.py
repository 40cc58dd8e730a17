"""How roles may be called."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC405", composition("roles.oar-server = { ... }: { };"), [3]),
        ("NXC405", composition("roles.log = { ... }: { };"), [3]),
        ("NXC405", composition("roles.lambda = { ... }: { };"), [3]),
        ("NXC406", composition("roles.n1 = { ... }: { };\nroles.n2 = { ... }: { };"), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines
