"""Units that scripts wait for and no role has."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import script

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC508", script('web.wait_for_unit("nginx.service")'), [5]),
        ("NXC508", script('web.wait_for_unit("unheard-of.service")'), []),
    ],
)
def test_it_fires_on_scripts(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines
