"""Tables and keys of setup.toml."""

import pytest

from tests.checks.rules.findings import lines_hit


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC311", "[a]\nb = \n", [2]),
        ("NXC316", '[a.overrides.nur.kapack]\near = { src = "x" }\n', [1]),
        ("NXC317", '[a.option]\nnix-flags = ""\n', [1]),
        ("NXC317", "[a.options.build]\nx = 1\n", [1]),
        ("NXC318", '[a.build.hello]\nversion = "1"\n', [2]),
        ("NXC318", '[a.build.nur.repos.kapack]\noar = { src = "/x" }\n', []),
    ],
)
def test_setup_toml(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {"setup.toml": text}) == lines
