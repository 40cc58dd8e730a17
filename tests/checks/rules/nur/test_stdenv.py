"""Old habits around stdenv."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR107", package("x = stdenv.lib.licenses.mit;"), [3]),
        ("NUR108", package("x = stdenv.isDarwin;"), [3]),
        ("NUR108", package("x = stdenv.hostPlatform.isDarwin;"), []),
        ("NUR113", package('phases = [ "installPhase" ];'), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
