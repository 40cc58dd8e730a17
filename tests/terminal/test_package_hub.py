"""The interview of ``package``, typed through a pipe."""

import shutil
import sys

import pytest

from scaffold.base.errors import InputError, Problem
from scaffold.cli import main
from scaffold.commands.package_options import Options
from scaffold.terminal import looks
from tests.keyboard import BACK, CTRL_C, DOWN, ENTER, UP, typed, write
from tests.tools.package_goldens import SOURCES

ESCAPE = "\x1b"
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


def rows(screen):
    return [" ".join(line.split()) for line in screen.splitlines()]


def test_one_screen_has_every_answer_and_what_is_missing(package, tmp_path):
    code, screen, err = package(["n", ENTER, write("Greets"), "w"], "hello")
    assert code == 0, err
    shown = rows(screen)
    assert "name hello (yours)" in shown
    assert "licence MIT (yours)" in shown
    assert "tests no (yours)" in shown
    assert "! not known; press enter to give it." in shown or any(
        row.startswith("! not known; press enter to give it") for row in shown
    )
    assert 'description = "Greets"' in written(tmp_path)


def test_nothing_is_written_before_what_is_missing_is_given(package, tmp_path):
    code, _, _ = package(["w", "w", CTRL_C], "hello")
    assert code == 130
    assert not (tmp_path / "pkgs/hello").exists()


@pytest.mark.parametrize("leaving", [CTRL_C, "q"])
def test_an_interrupted_run_goes_on_with_the_screen_as_it_was(package, tmp_path, leaving):
    code, _, err = package(["n", ENTER, write("Greets"), leaving], "hello")
    assert code == 130
    assert "Go on with --resume" in err
    code, screen, err = package(["w"], "--resume")
    assert code == 0, err
    assert "description Greets (yours)" in rows(screen)
    assert 'description = "Greets"' in written(tmp_path)


def test_going_back_and_taking_back_lose_nothing(package, tmp_path):
    keys = ["n", ENTER, write("Greets"), ENTER, BACK, BACK, ENTER, write("Other"), "u", "w"]
    code, _, err = package(keys, "hello")
    assert code == 0, err
    assert 'description = "Greets"' in written(tmp_path)


def test_a_bad_answer_is_told_and_another_one_taken(package, tmp_path):
    keys = ["n", ENTER, write("Greets"), UP, ENTER, write("1 2"), write("2.0"), "w"]
    code, _, err = package(keys, "hello")
    assert code == 0, err
    assert 'version = "2.0"' in written(tmp_path)


@pytest.fixture
def from_source(tmp_path, monkeypatch, capsys, package):
    """Run ``package`` without flags of answers."""
    monkeypatch.setattr("scaffold.packages.collect.source_hash", lambda *_, **__: ("", "offline"))

    def call(keys, *arguments):
        argv = ["nxc-scaffold", "package", *arguments, "--no-check", "--no-git", "--offline"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    return call


@pytest.fixture
def pulse(tmp_path_factory):
    return shutil.copytree(SOURCES / "cmake", tmp_path_factory.mktemp("elsewhere") / "pulse")


GIVE = ["n", ENTER, write("gitlab:orchestra/pulse"), DOWN * 2, ENTER, write("v1.2.0")]


def test_the_source_is_asked_first_and_says_the_rest(from_source, pulse, tmp_path):
    code, screen, _err = from_source([write(str(pulse)), *GIVE, "w"])
    assert code == 0, screen
    shown = rows(screen)
    assert any(row.startswith("builder cmake (") and "CMakeLists.txt" in row for row in shown), (
        shown
    )
    assert (tmp_path / "pkgs/pulse/default.nix").exists()


def test_a_source_that_is_not_there_is_told_and_escape_leaves_all_as_it_was(
    from_source, pulse, tmp_path
):
    keys = [write(str(pulse)), *GIVE, "\x1b[H", ENTER, write("/no/such"), ESCAPE, "w"]
    code, screen, _err = from_source(keys)
    assert code == 0, screen
    assert (tmp_path / "pkgs/pulse/default.nix").exists()


def test_another_source_keeps_what_the_user_gave(from_source, pulse, tmp_path):
    other = pulse.parent / "bell"
    shutil.copytree(pulse, other)
    (other / "CMakeLists.txt").write_text(
        (other / "CMakeLists.txt").read_text().replace("1.2.0", "3.4.5")
    )
    keys = [write(str(pulse)), *GIVE, "\x1b[H", ENTER, write(str(other)), "w"]
    code, _, err = from_source(keys)
    assert code == 0, err
    text = (tmp_path / "pkgs/pulse/default.nix").read_text()
    assert 'version = "3.4.5"' in text
    assert 'owner = "orchestra"' in text


def test_a_preview_shows_the_files_and_writes_none(from_source, pulse, tmp_path):
    keys = [write(str(pulse)), *GIVE, "p", BACK, CTRL_C]
    code, screen, _ = from_source(keys)
    assert code == 130
    assert any("pkgs/pulse/default.nix" in row and "create" in row for row in rows(screen))
    assert not (tmp_path / "pkgs/pulse").exists()


def test_answers_that_the_proof_refuses_are_kept(package, tmp_path, monkeypatch):
    def refused(*_):
        raise InputError(Problem("hello", "would not be registered", "Register it by hand"))

    keys = ["n", ENTER, write("Greets"), "w"]
    with monkeypatch.context() as broken:
        broken.setattr("scaffold.commands.package._proved", refused)
        code, _, err = package(keys, "hello")
    assert code == 2
    assert "would not be registered" in err
    assert "your answers are kept" in err
    assert "Go on with --resume" in err
    assert not (tmp_path / "pkgs/hello").exists()
    code, screen, err = package(["w"], "--resume")
    assert code == 0, err
    assert "description Greets (yours)" in rows(screen)
    assert 'description = "Greets"' in written(tmp_path)
    assert package([], "--resume")[0] == 2, "what was written is kept no more"
