"""The variant that setup.toml selects."""

import pytest

from tests.checks.rules.findings import lines_hit


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC314", '[project]\nselected = "a"\n[a.params]\nn = 1\n', [2]),
        ("NXC315", '[project]\nselected = "b"\n[a.params]\nn = 1\n', [2]),
    ],
)
def test_setup_toml(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {"setup.toml": text}) == lines
