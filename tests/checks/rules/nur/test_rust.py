"""Rust packages in forms that nixpkgs refuses."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR114", package('cargoSha256 = "x";'), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
