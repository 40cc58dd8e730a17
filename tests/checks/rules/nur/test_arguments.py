"""Names that packages take from nixpkgs, and that it does not have any more."""

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


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ("x = pkgs.pkgconfig;", [3]),
        ("x = pkgs.pkg-config;", []),
        ("x = pkgs.python3Packages.pkgconfig;", []),
        ("x = pkgs.pkgconfig or null;", []),
        ("x = if pkgs ? pkgconfig then pkgs.pkgconfig else null;", []),
        ("x = { y ? pkgs.pkgconfig }: y;", []),
        ("pkgconfig = 1; x = pkgs.pkgconfig;", []),
    ],
)
def test_what_is_selected_from_nixpkgs(tmp_path, inside, lines):
    assert package_lines(tmp_path, "NUR134", package(inside, head="pkgs, stdenv")) == lines


def test_what_is_selected_from_the_packages_of_python(tmp_path):
    from scaffold.catalogue.migrations import package_moves

    gone = package_moves()["python3Packages"]
    name = next(n for n, move in gone.items() if move.kind == "throw" and n.isidentifier())
    text = package(f"x = python3Packages.{name};", head="python3Packages, stdenv")
    assert package_lines(tmp_path, "NUR134", text) == [3]


def test_the_list_asks_whether_nixpkgs_still_has_it(tmp_path):
    asks = 'if (builtins.tryEval (pkgs.python27 or (throw ""))).success then "a" else null'
    listed = f"{{ pkgs }}: {{ ${{{asks}}} = pkgs.callPackage ./pkgs/a {{ }}; }}"
    text = package("x = python27;", head="stdenv, python27")
    write(tmp_path, {"default.nix": listed, "pkgs/a/default.nix": text})
    assert found(tmp_path, "NUR110", "NUR130") == []


@pytest.mark.parametrize(
    ("overlay", "lines"),
    [
        ("pkgconfig = 1; a = prev.pkgconfig;", 1),
        ("pkgconfig = 1; a = final.pkgconfig;", 0),
        ("pkgconfig = prev.pkgconfig.overrideAttrs (_: { });", 0),
    ],
)
def test_an_overlay_takes_a_name_from_before_itself(tmp_path, overlay, lines):
    files = {"overlay.nix": f"final: prev: {{ {overlay} }}"}
    assert len(package_lines(tmp_path, "NUR134", package("x = 1;"), **files)) == lines


def test_of_a_fork_of_nixpkgs_nothing_is_known(tmp_path):
    flake = '{ inputs.nixpkgs.url = "github:me/nixpkgs/mine"; outputs = _: { }; }'
    text = package("x = pkgs.pkgconfig;", head="stdenv, pkgs, pkgconfig")
    files = {"flake.nix": flake}
    assert package_lines(tmp_path, "NUR134", text, **files) == []
    assert found(tmp_path, "NUR130") == []
