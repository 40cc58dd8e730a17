"""Inputs, addresses and lock files are read as Nix reads them."""

import pytest

from scaffold.survey.flake_file import FlakeFile
from scaffold.survey.flake_ref import from_attributes, parse_flake_ref
from scaffold.survey.lock import Lock
from scaffold.survey.nix_file import NixFile


@pytest.mark.parametrize(
    ("text", "repository", "ref", "rev"),
    [
        ("github:NixOS/nixpkgs/nixos-25.05", "github.com/nixos/nixpkgs", "nixos-25.05", ""),
        ("github:o/r?ref=a/b", "github.com/o/r", "a/b", ""),
        ("github:o/r/" + "a" * 40, "github.com/o/r", "", "a" * 40),
        ("gitlab:o/r/25.05?host=gitlab.inria.fr", "gitlab.inria.fr/o/r", "25.05", ""),
        ("gitlab:group%2Fsub/r", "gitlab.com/group/sub/r", "", ""),
        ("git+https://gitlab.inria.fr/o/r.git?ref=x", "gitlab.inria.fr/o/r", "x", ""),
        ("git+ssh://git@example.org/o/r.git", "example.org/o/r", "", ""),
        ("path:/home/me/r", "", "", ""),
        ("https://example.org/a.tar.gz", "", "", ""),
    ],
)
def test_addresses(text, repository, ref, rev):
    found = parse_flake_ref(text)
    assert (found.repository, found.ref, found.rev) == (repository, ref, rev)


def test_the_same_repository_is_the_same_in_a_lock_file():
    locked = from_attributes(
        {"type": "git", "url": "https://gitlab.inria.fr/o/r.git", "ref": "refs/heads/x"}
    )
    assert locked.repository == parse_flake_ref("gitlab:o/r?host=gitlab.inria.fr").repository


@pytest.mark.parametrize("text", ["path:/home/me/r", "/home/me/r", "git+file:///home/me/r", "~/r"])
def test_addresses_on_this_machine(text):
    assert parse_flake_ref(text).is_local


def flake(tmp_path, text):
    return FlakeFile(NixFile(tmp_path / "flake.nix", text))


def test_inputs_in_every_spelling(tmp_path):
    found = flake(
        tmp_path,
        """{
          inputs.a.url = "github:o/a";
          inputs.a.inputs.nixpkgs.follows = "b";
          inputs = { c = { url = "github:o/c/x"; flake = false; }; d.follows = "a"; };
          inputs.e = { type = "github"; owner = "o"; repo = "e"; };
          outputs = { self, a, ... }@inputs: { };
        }""",
    )
    inputs = found.inputs
    assert list(inputs) == ["a", "c", "d", "e"]
    assert inputs["a"].follows["nixpkgs"].target == "b"
    assert not inputs["c"].is_flake
    assert inputs["d"].alias == "a"
    assert inputs["e"].reference.repository == "github.com/o/e"
    assert found.formals.names == ("self", "a")
    assert found.formals.open


LOCK = """{
  "nodes": {
    "nxc": {
      "inputs": {"nixpkgs": ["nixpkgs"], "x": "x"},
      "locked": {"type": "github", "owner": "o", "repo": "r", "lastModified": 1700000000}
    },
    "x": {"flake": false},
    "nixpkgs": {},
    "root": {"inputs": {"nxc": "nxc", "nixpkgs": "nixpkgs"}}
  },
  "root": "root",
  "version": 7
}"""


def test_a_lock_file(tmp_path):
    lock = Lock(tmp_path / "flake.lock", LOCK)
    assert lock.fault is None
    assert str(lock.input("nxc").modified) == "2023-11-14"
    assert lock.input("nxc").inputs["nixpkgs"] == ("nixpkgs",)
    assert list(lock.owners("x")) == [("nxc", "x")]
    assert lock.line_of("x") == 7


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n{}", "[]", "{}", '{"nodes": {}}', "[" * 100_000])
def test_what_is_no_lock_file_says_why(tmp_path, text):
    assert Lock(tmp_path / "flake.lock", text).fault is not None


def test_a_circle_in_a_lock_file_ends(tmp_path):
    text = '{"nodes": {"root": {"inputs": {"a": ["b"], "b": ["a"]}}}, "root": "root"}'
    assert Lock(tmp_path / "flake.lock", text).input("a") is None


def test_places_count_lines_and_columns_from_one(tmp_path):
    file = NixFile(tmp_path / "x.nix", "ab\ncd\n")
    assert [file.place(n) for n in (0, 1, 3, 4, 6)] == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)]
