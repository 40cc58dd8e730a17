"""What a role may be."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import OLD, composition, lock

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC404", composition("nodes.web = { ... }: { };"), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


@pytest.mark.parametrize(("given", "hits"), [(OLD, 1), ("1790000000", 0)])
def test_a_role_that_is_a_set_is_told_for_an_old_library(tmp_path, given, hits):
    text = composition("roles.web = { };")
    assert len(lines_hit(tmp_path, "NXC403", lock(given), composition_nix=text)) == hits
