"""What setup.toml takes from one machine."""

import pytest

from tests.checks.rules.findings import lines_hit


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC312", '[a.build]\nx = { src = "/home/me/x" }\n# y = "/home/me"\n', [2]),
        ("NXC313", '[a.options]\nnix-flags = "--override-input k path:/home/me/k"\n', [2]),
        ("NXC313", '[a.options]\nnix-flags = "" # "--override-input k path:/k"\n', []),
    ],
)
def test_setup_toml(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {"setup.toml": text}) == lines
