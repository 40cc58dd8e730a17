"""Arguments of packages that nixpkgs does not have any more."""

import pytest

from tests.checks.rules.findings import found, package_lines
from tests.checks.rules.samples import package
from tests.survey.projects import write

OLD = package("x = pkgconfig;", head="stdenv, pkgconfig")


def test_a_name_that_nixpkgs_dropped(tmp_path):
    assert package_lines(tmp_path, "NUR130", OLD) == [1]


@pytest.mark.parametrize(
    "text",
    [
        package("x = 1;", head="stdenv, pkg-config"),
        package("x = pkgconfig;", head="stdenv, pkgconfig ? null"),
        package("x = pkgconfig;", "buildPythonPackage", "buildPythonPackage, pkgconfig"),
    ],
)
def test_a_name_that_is_there_or_that_something_else_gives(tmp_path, text):
    assert package_lines(tmp_path, "NUR130", text) == []


@pytest.mark.parametrize(
    "listed",
    [
        "{ a = pkgs.callPackage ./pkgs/a { pkgconfig = pkgs.pkg-config; }; }",
        "{ a = pkgs.ocamlPackages.callPackage ./pkgs/a { }; }",
        "{ a = python3Packages.callPackage ./pkgs/a { }; }",
    ],
)
def test_the_list_gives_the_argument_or_another_set_does(tmp_path, listed):
    write(tmp_path, {"default.nix": f"{{ pkgs }}: {listed}", "pkgs/a/default.nix": OLD})
    assert found(tmp_path, "NUR130") == []


def test_an_older_pin_still_has_what_was_dropped_later(tmp_path):
    flake = '{ inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05"; outputs = _: { }; }'
    text = package("x = 1;", head="stdenv, neofetch")
    assert package_lines(tmp_path, "NUR130", text, **{"flake.nix": flake}) == []
    (tmp_path / "flake.nix").unlink()
    assert found(tmp_path, "NUR130") == [("NUR130", "pkgs/a/default.nix", 1)]
