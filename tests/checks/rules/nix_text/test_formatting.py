"""Files that are not written as nixfmt does."""

import pytest

from tests.checks.rules.findings import found
from tests.survey.projects import project, write

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


def test_formatting_is_asked_for_only_when_selected(nixfmt_program, tmp_path):
    project(tmp_path)
    write(tmp_path, {"x.nix": "{a=1;}\n"})
    assert "NXC013" not in {code for code, _, _ in found(tmp_path)}
    assert ("NXC013", "x.nix", None) in found(tmp_path, "NXC013")
