"""The shell commands that scripts give to the hosts."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import script

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC509", script("web.start()", 'web.execute("for i in a; do b; done\'")'), [6]),
        ("NXC509", script('web.wait_until_succeeds("if true; then", timeout=5)'), [5]),
        ("NXC509", script('web.succeed("for i in a; do b; done", "c")'), []),
        ("NXC509", script('web.wait_for_unit("a\'b")'), []),
        ("NXC510", script('web.succeed("a | grep b")'), [5]),
        ("NXC510", script('web.succeed("set -o pipefail; a | grep b")'), []),
        ("NXC510", script('web.execute("a | grep b")'), []),
        ("NXC510", script('print("a | grep b")', 'web.succeed("a")'), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {}, composition_nix=text) == lines
