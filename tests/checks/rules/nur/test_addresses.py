"""Addresses of sources."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR106", package("homepage = https://example.org/a;"), [3]),
        ("NUR112", package('src = fetchurl { url = "http://x.org"; };'), [3]),
        ("NUR117", package('url = "git@gitlab.inria.fr:o/r.git";'), [3]),
        ("NUR120", package("src = /home/me/a;"), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
