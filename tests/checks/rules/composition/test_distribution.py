"""How many hosts a role has."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import ROLE, composition

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC402", composition(f"{ROLE}\nrolesDistribution.wbe = 2;"), [4]),
        ("NXC408", composition(f'{ROLE}\nrolesDistribution.web = "2";'), [4]),
        ("NXC408", composition(f"{ROLE}\nrolesDistribution.web = 0;"), [4]),
        ("NXC409", composition(f"{ROLE}\nrolesDistribution.web = 1;"), [4]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines
