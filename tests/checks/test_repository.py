"""The checks after a package was written, where they need more than the quick ones."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from scaffold.checks import repository as checks
from scaffold.repository.layouts import find_layout

FLAKE = """{
  outputs =
    { self }:
    {
      packages.x86_64-linux = {
        bell = import ./bell.nix { };
      };%s
    };
}
"""
BELL = """{ }:
derivation {
  name = "bell";
  builder = "/bin/sh";
  system = "x86_64-linux";
}
"""


@pytest.fixture
def flake(tmp_path: Path) -> Path:
    return written(tmp_path / "repo", "")


def written(folder: Path, more: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "flake.nix").write_text(FLAKE % more)
    (folder / "bell.nix").write_text(BELL)
    return folder


def statuses(repo: Path) -> dict[str, tuple[str, str]]:
    done = checks.run(
        checks.Written(find_layout(repo), "bell", (), (), offline=True), evaluate=True
    )
    return {result.name: (result.status, result.detail) for result in done}


def committed(repo: Path) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(repo), *words], check=True)


WRONG = '\n      overlays.default = throw "no overlay";'


@pytest.mark.nix
def test_a_flake_is_checked_whole(flake: Path, nix_program: str) -> None:
    assert statuses(flake)["flake check"] == ("ok", "every output evaluates")


@pytest.mark.nix
def test_an_output_that_fails_is_told(flake: Path, nix_program: str) -> None:
    committed(flake)
    written(flake, WRONG)
    assert statuses(flake)["flake check"][0] == "failed"


@pytest.mark.nix
def test_what_failed_before_is_not_the_package_s_fault(flake: Path, nix_program: str) -> None:
    written(flake, WRONG)
    committed(flake)
    status, detail = statuses(flake)["flake check"]
    assert status == "not checked"
    assert detail.startswith("it fails in the last commit too: ")


def test_a_repository_that_is_no_flake_has_no_such_check(tmp_path: Path) -> None:
    (tmp_path / "default.nix").write_text(
        "{ pkgs }:\n{\n  bell = pkgs.callPackage ./bell.nix { };\n}\n"
    )
    assert "flake check" not in statuses(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f'hash = "sha256-{"b" * 43}=";', ""),
        ("homepage = https://example.org;", "is not quoted"),
        ("hash = lib.fakeHash;", ""),
        ("x = stdenv.lib.licenses.mit;", "stdenv.lib is gone"),
    ],
)
def test_the_new_files_are_looked_at_by_the_rules_of_repositories(tmp_path, line, message):
    package = tmp_path / "pkgs/bell/default.nix"
    package.parent.mkdir(parents=True)
    package.write_text(f"{{ lib, stdenv }}:\nstdenv.mkDerivation {{\n  {line}\n}}\n")
    listed = "{ pkgs }: { bell = pkgs.callPackage ./pkgs/bell { }; }"
    (tmp_path / "default.nix").write_text(listed)
    own = (PurePosixPath("pkgs/bell/default.nix"),)
    new = checks.Written(find_layout(tmp_path), "bell", own, (), offline=True)
    (lint,) = (r for r in checks.run(new, evaluate=False) if r.name == "lint")
    found = [(p.file, p.line) for p in lint.problems]
    assert found == ([("pkgs/bell/default.nix", 3)] if message else [])
    assert message in "".join(p.message for p in lint.problems)
