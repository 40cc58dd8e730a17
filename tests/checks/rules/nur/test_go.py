"""Go packages in forms that nixpkgs refuses."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR115", package('vendorSha256 = "x";'), [3]),
        ("NUR116", package("x = 1;", "buildGoPackage", "buildGoPackage"), [2]),
        ("NUR115", package('modSha256 = "x";'), [3]),
        ("NUR115", package('vendorHash = "x";'), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
