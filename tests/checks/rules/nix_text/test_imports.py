"""Files that are imported with other arguments than they take."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC010", "{ }:\nimport ./f.nix { x = 1; }\n", [2, 2]),
        ("NXC010", "{ x }:\nimport ./f.nix { inherit x; needed = 1; }\n", [2]),
        ("NXC010", "{ x }:\nimport ./f.nix x\n", []),
    ],
)
def test_it_fires_on_files(tmp_path, code, text, lines):
    files = {"x.nix": text, "f.nix": "{ needed, given ? 1 }: needed"}
    assert lines_hit(tmp_path, code, files) == lines
