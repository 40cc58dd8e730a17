"""Packages of a NUR repository that do not evaluate."""

import pytest

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.survey.discovery import survey
from scaffold.system import nix
from scaffold.system.nix_errors import NixError, classify
from tests.survey.projects import write

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]

#: As much of nixpkgs as the packages here need.
NIXPKGS = """
{ ... }:
let
  lib.maintainers.somebody = "somebody";
  mkDerivation = { name, meta ? { }, ... }@given:
    derivation { inherit name; system = "x86_64-linux"; builder = given.builder or "/bin/sh"; }
    // { inherit meta; };
  pkgs = { inherit lib mkDerivation callPackage; };
  callPackage = file: more:
    let f = import file; in f (builtins.intersectAttrs (builtins.functionArgs f) pkgs // more);
in
pkgs
"""
LIST = """
{ pkgs }:
{
  good = pkgs.callPackage ./pkgs/good { };
  bad = pkgs.callPackage ./pkgs/bad { };
  last = pkgs.callPackage ./pkgs/good { };
  lib = throw "no package";
}
"""
GOOD = '{ mkDerivation }:\nmkDerivation { name = "good"; }\n'


def checked(tmp_path, monkeypatch, bad):
    """Evaluate a repository with a good package and a bad one."""
    write(tmp_path, {"nixpkgs/default.nix": NIXPKGS, "nur/default.nix": LIST})
    write(tmp_path, {"nur/pkgs/good/default.nix": GOOD, "nur/pkgs/bad/default.nix": bad})
    monkeypatch.setenv("NIX_PATH", f"nixpkgs={tmp_path}/nixpkgs")
    wanted = engine.Wanted(matching(["NUR901"], ""), evaluate=True)
    return engine.run(survey([tmp_path / "nur"]), lambda _: wanted).checked[0]


@pytest.mark.parametrize(
    ("bad", "line", "message"),
    [
        ("{ mkDerivation }:\nmkDerivation { name = missing; }\n", 2, "undefined variable"),
        ("{ mkDerivation, gone }:\nmkDerivation { name = gone; }\n", 1, "gone"),
        (
            '{ mkDerivation, lib }:\nmkDerivation {\n  name = "bad";\n'
            "  meta.maintainers = [ lib.maintainers.nobody ];\n}\n",
            4,
            "nobody",
        ),
        ('{ mkDerivation }:\nmkDerivation { name = throw "it is refused"; }\n', 2, "it is refused"),
    ],
)
def test_the_one_that_fails_is_told_with_its_place(tmp_path, monkeypatch, bad, line, message):
    (finding,) = checked(tmp_path, monkeypatch, bad).findings
    place = (finding.path.parent.name, finding.line)
    assert place in (("bad", line), ("bad", None), ("nur", None))  # as much as nix tells
    assert finding.message.startswith("bad: ")
    assert message in finding.message


@pytest.mark.parametrize(
    "fine",
    [
        GOOD,
        '{ mkDerivation }:\nmkDerivation { name = throw "no"; meta.broken = true; }\n',
        '{ }:\n{ no = throw "package"; }\n',
    ],
)
def test_what_is_fine_or_refused_on_purpose_is_not_told(tmp_path, monkeypatch, fine):
    done = checked(tmp_path, monkeypatch, fine)
    assert done.findings == ()
    assert [level.status for level in done.levels] == ["done"]


def test_what_nur_does_not_allow_fails(tmp_path, monkeypatch):
    outside = tmp_path / "outside.nix"
    outside.write_text('"x"')
    bad = f"{{ mkDerivation }}:\nmkDerivation {{ name = import {outside}; }}\n"
    (finding,) = checked(tmp_path, monkeypatch, bad).findings
    assert "restricted" in finding.message or "forbidden" in finding.message


def test_without_nixpkgs_nothing_is_claimed(tmp_path, monkeypatch):
    def eval_repository(*_):
        stderr = "error: file 'nixpkgs' was not found in the Nix search path"
        raise NixError(classify(stderr))

    monkeypatch.setattr(nix, "eval_repository", eval_repository)
    done = checked(tmp_path, monkeypatch, GOOD)
    assert done.findings == ()
    assert [level.status for level in done.levels] == ["not done"]
    assert [level.title for level in done.levels] == ["evaluation of every package"]
