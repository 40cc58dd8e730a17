"""What editors and builds left."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


def test_leftovers_of_an_editor(tmp_path):
    assert lines_hit(tmp_path, "NXC703", {"composition.nix~": "", "a.bak": ""}) == [None, None]
