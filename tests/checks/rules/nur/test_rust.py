"""Rust packages in forms that nixpkgs refuses."""

import pytest

from scaffold.commands import check
from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package

RUST = ("rustPlatform.buildRustPackage", "rustPlatform")


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR114", package('cargoSha256 = "x";'), [3]),
        ("NUR126", package("useFetchCargoVendor = true;", *RUST), [3]),
        ("NUR127", package("x = rustPlatform.fetchCargoTarball { };", *RUST), [3]),
        ("NUR127", package("x = rustPlatform.fetchCargoVendor { };", *RUST), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines


def test_the_line_that_has_no_effect_is_removed(tmp_path):
    text = package("useFetchCargoVendor = true;\nx = 1;", *RUST)
    package_lines(tmp_path, "NUR126", text)
    assert check.run(check.Options((tmp_path,), select=("NUR126",), fix=True)) == 0
    after = (tmp_path / "pkgs/a/default.nix").read_text()
    assert after == text.replace("useFetchCargoVendor = true;\n", "")
