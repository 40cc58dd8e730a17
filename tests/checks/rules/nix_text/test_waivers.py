"""Comments that waive findings."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("comment", "lines"),
    [
        ("# nxc: ignore[NXC505] a reason", []),
        ("# nxc: ignore[proves-nothing] a reason", []),
        ("# nxc: ignore[NXC505]", [1]),
        ("# nxc: ignore[NXC5050] a reason", [1]),
        ("# nxc: ignore[] a reason", [1]),
    ],
)
def test_a_comment_that_waives_nothing(tmp_path, comment, lines):
    assert lines_hit(tmp_path, "NXC004", {"x.nix": f"{comment}\n{{ }}\n"}) == lines
