"""The interview of ``package``, typed through a pipe."""

import sys

import pytest

from scaffold.cli import main
from scaffold.commands.package_options import Options
from scaffold.terminal import looks
from tests.keyboard import BACK, CTRL_C, DOWN, ENTER, typed, write

GIVEN = ["--builder", "autotools", "--source", "https://example.org/hello-1.0.tar.gz", "--offline"]
GIVEN += ["--version", "1.0", "--licence", "MIT", "--homepage", "none", "--main-program", "hello"]
GIVEN += ["--dependency", "zlib", "--build-dependency", "cmake", "--tests", "no"]
GIVEN += ["--maintainer", "me", "--platforms", "linux"]


@pytest.fixture
def package(tmp_path, monkeypatch, capsys):
    """Run ``package`` as in a terminal; return exit code, what was drawn and stderr."""
    (tmp_path / "default.nix").write_text(
        "{ pkgs ? import <nixpkgs> { } }:\n{\n  a = pkgs.callPackage ./pkgs/a { };\n}\n"
    )
    folder = tmp_path / "pkgs/a"
    folder.mkdir(parents=True)
    (folder / "default.nix").write_text('{ stdenv }:\nstdenv.mkDerivation { name = "a"; }\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))
    monkeypatch.setattr("scaffold.commands.pipeline.formatted", lambda tree, _: tree)
    looks.speak_plainly(wanted=False)

    def call(keys, *arguments):
        argv = ["nxc-scaffold", "package", *arguments, "--no-check", "--no-git", *GIVEN]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    return call


def written(folder):
    return (folder / "pkgs/hello/default.nix").read_text()


def test_back_on_the_last_screen_returns_to_it(package, tmp_path):
    code, screen, _ = package([write("Greets"), BACK, BACK, BACK, BACK, ENTER], "hello")
    assert code == 0, screen
    assert 'description = "Greets"' in written(tmp_path)


@pytest.mark.parametrize("leaving", [CTRL_C, DOWN * 2 + ENTER])
def test_an_interrupted_interview_goes_on_where_it_was(package, tmp_path, leaving):
    code, _, err = package([write("Greets"), leaving], "hello")
    assert code == 130
    assert "Go on with --resume" in err
    code, screen, err = package([ENTER], "--resume")
    assert code == 0, err
    assert "Description" not in screen
    assert 'description = "Greets"' in written(tmp_path)
