"""Hashes of sources: their form, and whether they are right."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import SOURCE, package

#: All but the last letter of a hash.
BASE_32 = "0d643wp3l77hv2pmg2fi7vyxn4rwy0iyr8djcw1h5x72315ck9i"


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR102", package('src = fetchurl { url = "x"; sha256 = "1"; };'), [3]),
        ("NUR119", package("hash = lib.fakeHash;"), [3]),
        ("NUR119", package(f'hash = "sha256-{"A" * 43}=";'), [3]),
        ("NUR119", package('hash = "sha256-b";'), []),
        (
            "NUR129",
            package('sha256 = "0d643wp3l77hv2pmg2fi7vyxn4rwy0iyr8djcw1h5x72315ck9iK";'),
            [3],
        ),
        ("NUR129", package('sha256 = "0d643wp3l77hv2pmg2fi7vyxn4rwy0iyr8djcw1h5x72315ck9ik";'), []),
        ("NUR129", package('hash = "sha256-AAA)";'), [3]),
        ("NUR129", package('hash = "sha256-l4kYyKVNDzYJ4wVvjCLDs5nFNjJrSe0bpaGFEeR0EuM";'), []),
        ("NUR129", package('hash = "a word of its own";'), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines


def test_two_sources_with_one_hash(tmp_path):
    other = SOURCE.replace("x.org/a", "x.org/b")
    files = {"pkgs/b/default.nix": package(other)}
    assert package_lines(tmp_path, "NUR118", package(SOURCE), **files) == [3]
    same = {"pkgs/b/default.nix": package(SOURCE)}
    assert package_lines(tmp_path, "NUR118", package(SOURCE), **same) == []


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
    package_lines(tmp_path, "NUR102", text)
    assert check.run(check.Options((tmp_path,), select=("NUR102",), fix=True)) == 0
    after = (tmp_path / "pkgs/a/default.nix").read_text()
    assert 'hash = "sha256-' in after
    assert "sha256 = " not in after


def test_the_two_old_forms_of_a_hash_give_the_same_new_one(tmp_path):
    from scaffold.checks.rules.nur.hashes import _as_sri
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
