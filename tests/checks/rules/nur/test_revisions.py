"""Revisions of sources that do not stay what they are."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR128", package('src = fetchgit { rev = "master"; hash = "sha256-b"; };'), [3]),
        ("NUR128", package('src = fetchgit { rev = "v1"; hash = "sha256-b"; };'), []),
        ("NUR128", package('src = fetchgit { rev = "master"; };'), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
