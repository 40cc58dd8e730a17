"""What flake.nix defines and nothing reads."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        (
            "NXC124",
            'system = "x86_64-linux";',
            'system = "x86_64-linux"; own = final: prev: { };',
            10,
        ),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("let\n  a = 1;\n  b = 2;\nin\nb\n", [2]),
        ("let\n  _a = 1;\n  b = 2;\nin\nb\n", []),
        ("let\n  inherit (builtins) a;\nin\n1\n", []),
    ],
)
def test_any_file_may_bind_what_nothing_uses(tmp_path, text, lines):
    assert lines_hit(tmp_path, "NXC124", {"x.nix": text}) == lines
