"""Scripts that prove nothing."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import ROLE, composition, script

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC505", script('web.succeed("true")'), [5]),
        ("NXC505", script("# nothing yet"), [5]),
        ("NXC506", composition(ROLE), 1),
    ],
)
def test_it_fires_on_scripts(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines
