"""Names that NixOS Compose has changed."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import OLD, changed, lock


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        (
            "NXC112",
            "packages.${system}",
            'x = self."composition::nixos-test"; packages.${system}',
            13,
        ),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("NXC112", 'x = self."composition::nixos-test"; packages.${system}'),
        ("NXC113", "devShells.x.default = nxc.devShells.x.nxcShellFull; packages.${system}"),
    ],
)
def test_what_an_old_library_has_is_no_defect_with_an_old_lock(tmp_path, code, new):
    flake = changed(("packages.${system}", new))
    assert lines_hit(tmp_path, code, lock(OLD), flake_nix=flake) == []
    assert lines_hit(tmp_path, code, lock(), flake_nix=flake) == [13]


def test_the_new_shell_is_missing_from_an_old_library(tmp_path):
    flake = changed(("packages.${system}", "devShells.x = nxc.x.nxcShellLite; packages.${system}"))
    assert lines_hit(tmp_path, "NXC113", lock(OLD), flake_nix=flake) == [13]
