"""Homes of users that nothing makes."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import script

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC507", script('web.succeed("ls /users/user1")'), [5]),
    ],
)
def test_it_fires_on_scripts(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


def test_homes_that_the_project_makes(tmp_path):
    text = script('web.succeed("ls /users/user1")').replace(
        "{ ... }: { }", '{ ... }: { nxc.users.prefixHome = "/users"; }'
    )
    assert lines_hit(tmp_path, "NXC507", {}, composition_nix=text) == []
