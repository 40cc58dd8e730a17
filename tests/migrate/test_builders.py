"""The packages of a NUR repository are moved to a release."""

import pytest

from scaffold.base.errors import InputError
from tests.migrate.fields import left, package, packages, written

PYTHON = """\
{ lib, python3Packages }:

python3Packages.buildPythonPackage rec {
  pname = "pulse";
  version = "1.2.0"; # the last one

  src = ./.;
}
"""


def test_a_python_package_says_how_it_is_built(tmp_path):
    assert package(tmp_path, PYTHON) == PYTHON.replace(
        "# the last one\n", '# the last one\n  format = "setuptools";\n'
    )


def test_a_backend_among_the_inputs_means_a_pyproject_toml(tmp_path):
    text = PYTHON.replace(
        "src = ./.;", "src = ./.;\n  nativeBuildInputs = [ python3Packages.poetry-core ];"
    )
    assert 'format = "pyproject";' in package(tmp_path, text)


@pytest.mark.parametrize("said", ['format = "wheel";', "pyproject = true;", "inherit format;"])
def test_a_python_package_that_says_so_stays(tmp_path, said):
    text = PYTHON.replace("src = ./.;", f"src = ./.;\n  {said}")
    assert package(tmp_path, text) == text


def test_before_25_11_nothing_has_to_be_said(tmp_path):
    assert package(tmp_path, PYTHON, "25.05") == PYTHON


def test_arguments_get_new_names_and_keep_their_values(tmp_path):
    text = '{ buildGoModule }:\nbuildGoModule {\n  vendorSha256 = "sha256-x";\n}\n'
    assert package(tmp_path, text) == text.replace("vendorSha256", "vendorHash")


def test_an_argument_that_nothing_reads_goes_with_its_line(tmp_path):
    text = "{ rust }:\nrust {\n  a = 1;\n  useFetchCargoVendor = true;\n}\n"
    assert package(tmp_path, text) == text.replace("  useFetchCargoVendor = true;\n", "")


def test_stdenv_lib_is_lib_and_becomes_an_argument(tmp_path):
    text = (
        "{ stdenv, fetchurl }:\nstdenv.mkDerivation { meta.license = stdenv.lib.licenses.mit; }\n"
    )
    assert package(tmp_path, text) == text.replace("{ stdenv", "{ lib, stdenv").replace(
        "stdenv.lib", "lib"
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{ rust }: rust.buildRustPackage { cargoSha256 = "x"; }', "cargo-sha256"),
        ("{ buildGoPackage }: buildGoPackage { }", "build-go-package"),
        ("{ dockerTools }: dockerTools.buildImage { contents = [ ]; }", "copy-to-root"),
        ("{ p }: p.x { pytestFlagsArray = [ ]; }", "pytest-flags-array"),
        ("{ stdenv, poetry }: stdenv.x { nativeBuildInputs = [ poetry ]; }", "poetry-core"),
        ('{ stdenv }: stdenv.x { x = "import pkg_resources"; }', "setuptools"),
    ],
)
def test_what_only_a_person_can_do_is_listed(tmp_path, text, rule):
    outcome = packages(tmp_path, text + "\n")
    assert left(outcome) == {rule: "pkgs/pulse/default.nix:1"}
    assert outcome.draft.changed() == {}


def test_the_nixpkgs_of_the_flake_is_moved_and_one_by_hash_is_listed(tmp_path):
    flake = (
        '{\n  inputs.nixpkgs.url = "github:nixos/nixpkgs?ref=22.11";\n'
        "  outputs = { self, nixpkgs }: { };\n}\n"
    )
    fetched = '{ f }: f { url = "https://github.com/NixOS/nixpkgs/archive/22.11.tar.gz"; }\n'
    written(tmp_path, {"flake.nix": flake})
    outcome = packages(tmp_path, fetched, "25.05")
    assert outcome.source == "22.11"
    assert 'github:nixos/nixpkgs?ref=nixos-25.05"' in (outcome.draft.text("flake.nix") or "")
    assert left(outcome) == {"inputs": "pkgs/pulse/default.nix:1"}


def test_a_repository_does_not_go_back(tmp_path):
    flake = '{\n  inputs.nixpkgs.url = "nixpkgs/nixos-25.05";\n  outputs = _: { };\n}\n'
    written(tmp_path, {"flake.nix": flake})
    with pytest.raises(InputError, match=r"stands on 25\.05, which is newer than 23\.05"):
        packages(tmp_path, "{ }\n", "23.05")


@pytest.mark.parametrize(
    "text",
    [
        "{ p, poetry }: p.x { nativeBuildInputs = [ poetry p.poetry-core ]; }",  # done already
        "{ lib, ... }: { options.services.oar.web.monika.enable = lib.x; }",  # a declaration
        "{ config.services.postgresql.enable = true; }",  # is of what hosts keep, not of packages
    ],
)
def test_what_is_no_matter_of_a_repository_is_not_told(tmp_path, text):
    assert left(packages(tmp_path, text + "\n")) == {}
