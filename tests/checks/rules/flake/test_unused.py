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
