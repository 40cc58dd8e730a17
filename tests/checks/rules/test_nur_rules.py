"""Rules of NUR repositories."""

import pytest

from tests.checks.rules.findings import found
from tests.survey.projects import write

LIST = "{ pkgs ? import <nixpkgs> { } }: { a = pkgs.callPackage ./pkgs/a { }; }\n"
SOURCE = 'src = fetchurl { url = "https://x.org/a"; hash = "sha256-b"; };'
META = 'meta = { description = "a"; license = lib.licenses.mit; };'


def package(inside, builder="stdenv.mkDerivation", head="lib, stdenv, fetchurl"):
    return f"{{ {head} }}:\n{builder} {{\n{inside}\n}}\n"


def lines_hit(tmp_path, code, text, **more):
    write(tmp_path, {"default.nix": LIST, "pkgs/a/default.nix": text, **more})
    return [line for _, _, line in found(tmp_path, code)]


PYTHON = {"builder": "python3Packages.buildPythonPackage", "head": "lib, python3Packages, fetchurl"}


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR101", package('pname = "a";', **PYTHON), [2]),
        ("NUR101", package("pyproject = true;", **PYTHON), []),
        ("NUR101", package('format = "other";', **PYTHON), []),
        ("NUR102", package('src = fetchurl { url = "x"; sha256 = "1"; };'), [3]),
        ("NUR103", package("meta = with lib; { license = licenses.mit; };"), [3]),
        ("NUR104", package('meta = { description = "a"; };'), [2]),
        ("NUR104", package(META), []),
        ("NUR105", package('version = "1";\nname = "a-${version}";'), [4]),
        ("NUR106", package("homepage = https://example.org/a;"), [3]),
        ("NUR107", package("x = stdenv.lib.licenses.mit;"), [3]),
        ("NUR108", package("x = stdenv.isDarwin;"), [3]),
        ("NUR108", package("x = stdenv.hostPlatform.isDarwin;"), []),
        ("NUR109", package("meta.broken = true;"), [3]),
        ("NUR110", package("x = python27Packages.numpy;", head="python27Packages"), [1]),
        ("NUR112", package('src = fetchurl { url = "http://x.org"; };'), [3]),
        ("NUR113", package('phases = [ "installPhase" ];'), [3]),
        ("NUR114", package('cargoSha256 = "x";'), [3]),
        ("NUR115", package('vendorSha256 = "x";'), [3]),
        ("NUR116", package("x = 1;", "buildGoPackage", "buildGoPackage"), [2]),
        ("NUR117", package('url = "git@gitlab.inria.fr:o/r.git";'), [3]),
        ("NUR119", package("hash = lib.fakeHash;"), [3]),
        ("NUR119", package(f'hash = "sha256-{"A" * 43}=";'), [3]),
        ("NUR119", package('hash = "sha256-b";'), []),
        ("NUR120", package("src = /home/me/a;"), [3]),
        ("NUR121", package('src = builtins.fetchGit { url = "x"; };'), [3]),
        ("NUR122", package('pytestFlagsArray = [ "x" ];'), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, text) == lines


def test_a_package_that_no_list_names(tmp_path):
    files = {"pkgs/forgotten/default.nix": package(META)}
    lines_hit(tmp_path, "NUR111", package(META), **files)
    assert found(tmp_path, "NUR111") == [("NUR111", "pkgs/forgotten/default.nix", 1)]


def test_two_sources_with_one_hash(tmp_path):
    other = SOURCE.replace("x.org/a", "x.org/b")
    files = {"pkgs/b/default.nix": package(other)}
    assert lines_hit(tmp_path, "NUR118", package(SOURCE), **files) == [3]
    same = {"pkgs/b/default.nix": package(SOURCE)}
    assert lines_hit(tmp_path, "NUR118", package(SOURCE), **same) == []


def test_a_listed_package_that_is_not_there(tmp_path):
    write(tmp_path, {"default.nix": LIST, "pkgs/b/default.nix": package(META)})
    assert found(tmp_path, "NUR123") == [("NUR123", "default.nix", 1)]


@pytest.mark.parametrize(("release", "severity"), [("nixos-25.05", "warning"), ("x", "error")])
def test_an_older_pin_makes_a_warning_of_what_a_newer_release_refuses(tmp_path, release, severity):
    from scaffold.checks import engine
    from scaffold.survey.discovery import survey

    flake = f'{{ inputs.nixpkgs.url = "github:NixOS/nixpkgs/{release}"; outputs = _: {{ }}; }}'
    lines_hit(tmp_path, "NUR101", package("x = 1;", **PYTHON), **{"flake.nix": flake})
    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(frozenset({"NUR101"})))
    assert [f.severity.word for f in run.findings] == [severity]


@pytest.mark.parametrize(
    "old",
    [
        "1b7wvbdjmqvyvqbwqhsyzlqn4hnj5gqgr1rzgp1bwh9hkz9wqhcq",
        "sha256-l4kYyKVNDzYJ4wVvjCLDs5nFNjJrSe0bpaGFEeR0EuM=",
        "97891" + "8c8a54d0f3609e3056f8c22c3b399c536326b49ed1ba5a18511e47412e3",
    ],
)
def test_a_hash_is_written_in_the_new_form(tmp_path, old):
    from scaffold.commands import check

    text = package(f'src = fetchurl {{ url = "x"; sha256 = "{old}"; }};')
    lines_hit(tmp_path, "NUR102", text)
    assert check.run(check.Options((tmp_path,), select=("NUR102",), fix=True)) == 0
    after = (tmp_path / "pkgs/a/default.nix").read_text()
    assert 'hash = "sha256-' in after
    assert "sha256 = " not in after


def test_the_two_old_forms_of_a_hash_give_the_same_new_one(tmp_path):
    from scaffold.checks.rules.nur import _as_sri
    from scaffold.survey.nix_file import NixFile

    told = set()
    for old in (
        "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ):
        file = NixFile(tmp_path / "x.nix", f'{{ sha256 = "{old}"; }}')
        (edit,) = _as_sri(file, file.tree.binding("sha256"))
        told.add(edit.new)
    assert told == {'hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="'}
