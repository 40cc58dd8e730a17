"""The packages of a NUR repository are moved to a release."""

import json

import pytest

from scaffold.base.errors import InputError
from scaffold.migrate.upgrade import upgrade_repository
from scaffold.survey.discovery import survey
from tests.migrate.fields import CATALOG, left, package, packages, written

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


NODE_ENV = "{ stdenv, nodejs }:\n{ x = stdenv.lib.optional true nodejs; }\n"
CALLS = {
    "by hand": "{ pkgs }: import ./env.nix { inherit (pkgs) stdenv; nodejs = 1; }\n",
    "callPackage": "{ pkgs }: pkgs.callPackage (import ./env.nix) { }\n",
    "unknown": "{ pkgs }: let env = import ./env.nix; in env { inherit (pkgs) stdenv nodejs; }\n",
    "without": "{ stdenv }: import ./env.nix { inherit stdenv; nodejs = 1; }\n",
}


def environment(folder, call: str):
    files = {
        "default.nix": "{ pkgs ? import <nixpkgs> { } }:\n"
        "{\n  pulse = pkgs.callPackage ./pkgs/pulse { };\n}\n",
        "pkgs/pulse/default.nix": CALLS[call],
        "pkgs/pulse/env.nix": NODE_ENV,
    }
    (repository,) = survey([written(folder, files)]).repositories
    return upgrade_repository(repository, "26.05", CATALOG)


def test_a_file_that_is_imported_by_hand_is_given_lib(tmp_path):
    draft = environment(tmp_path, "by hand").draft
    assert draft.text("pkgs/pulse/env.nix") == NODE_ENV.replace(
        "{ stdenv,", "{ lib, stdenv,"
    ).replace("stdenv.lib", "lib")
    assert draft.text("pkgs/pulse/default.nix") == CALLS["by hand"].replace(
        "(pkgs) stdenv", "(pkgs) lib stdenv"
    )


def test_callpackage_gives_lib_by_itself(tmp_path):
    draft = environment(tmp_path, "callPackage").draft
    assert draft.text("pkgs/pulse/env.nix") != NODE_ENV
    assert draft.text("pkgs/pulse/default.nix") == CALLS["callPackage"]


@pytest.mark.parametrize("call", ["unknown", "without"])
def test_where_lib_cannot_surely_be_given_a_person_does_it(tmp_path, call):
    outcome = environment(tmp_path, call)
    assert outcome.draft.changed() == {}
    assert left(outcome)["stdenv-lib"] == "pkgs/pulse/env.nix:2"


def test_a_function_within_a_file_is_left_to_a_person(tmp_path):
    text = "{ stdenv }:\nlet make = { stdenv }: stdenv.lib.id 1; in make { inherit stdenv; }\n"
    outcome = packages(tmp_path, text)
    assert outcome.draft.changed() == {}
    assert left(outcome) == {"stdenv-lib": "pkgs/pulse/default.nix:2"}


@pytest.mark.parametrize(
    ("url", "lock", "moved"),
    [
        ("github:nixos/nixpkgs?tag=25.05", None, "github:nixos/nixpkgs?ref=nixos-26.05"),
        ("github:NixOS/nixpkgs/nixpkgs-unstable", None, None),
        ("github:NixOS/nixpkgs/nixpkgs-unstable", 1_790_000_000, None),  # September 2026
        (
            "github:NixOS/nixpkgs/nixpkgs-unstable",
            1_700_000_000,  # November 2023
            "github:NixOS/nixpkgs/nixos-26.05",
        ),
    ],
)
def test_a_branch_that_is_ahead_of_the_release_stays(tmp_path, url, lock, moved):
    flake = f'{{\n  inputs.nixpkgs.url = "{url}";\n  outputs = {{ nixpkgs, ... }}: {{ }};\n}}\n'
    files = {
        "flake.nix": flake,
        "default.nix": "{ pkgs ? import <nixpkgs> { } }:\n"
        "{\n  pulse = pkgs.callPackage ./pkgs/pulse { };\n}\n",
        "pkgs/pulse/default.nix": "{ stdenv }:\nstdenv.mkDerivation { }\n",
    }
    if lock:
        node = {"type": "github", "owner": "NixOS", "repo": "nixpkgs"}
        original = {**node, "ref": "nixpkgs-unstable"}
        locked = {"locked": {**node, "lastModified": lock}, "original": original}
        nodes = {"nixpkgs": locked, "root": {"inputs": {"nixpkgs": "nixpkgs"}}}
        files["flake.lock"] = json.dumps({"nodes": nodes, "root": "root", "version": 7})
    (repository,) = survey([written(tmp_path, files)]).repositories
    outcome = upgrade_repository(repository, "26.05", CATALOG)
    assert outcome.draft.text("flake.nix") == flake.replace(url, moved or url)
    assert (left(outcome).get("inputs") == "flake.nix:2") == (moved is None)


def test_an_argument_whose_new_name_is_given_beside_it_is_left_to_a_person(tmp_path):
    text = '{ buildGoModule }:\nbuildGoModule {\n  vendorHash = "a";\n  vendorSha256 = "b";\n}\n'
    draft = packages(tmp_path, text).draft
    assert draft.text("pkgs/pulse/default.nix") == text
    (note,) = (note for note in draft.left if note.rule == "vendor-sha256")
    assert note.line == 4
    assert "join the two by hand" in note.advice
    assert not [note for note in draft.done if note.rule == "vendor-sha256"]
