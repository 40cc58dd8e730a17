"""The question about files in conflict, typed through a pipe."""

import sys
from pathlib import Path

import pytest

from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.terminal import looks
from tests.keyboard import BACK, DOWN, ENTER, typed
from tests.projects import forget_written

KEEP, OVERWRITE = ENTER, DOWN + ENTER


@pytest.fixture
def changed(tmp_path, monkeypatch, capsys):
    """A project in which the user changed two files; returns a function that writes it again."""
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    for module in ("new", "pipeline"):
        monkeypatch.setattr(f"scaffold.commands.{module}.formatted", lambda tree, _: tree)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))
    looks.speak_plainly(wanted=False)

    def call(keys):
        argv = ["nxc-scaffold", "new", "lab", "--no-check", "--no-git"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    assert call(["nfs", ENTER, "w"])[0] == 0
    files = [Path("lab") / name for name in ("composition.nix", "flake.nix")]
    for file in files:
        file.write_text("# mine\n")
    forget_written(Path("lab"))

    def again(*keys):
        code, screen, err = call(["w", *keys])
        mine = [file.name for file in files if file.read_text() == "# mine\n"]
        return code, mine, screen, err

    return again


def test_each_conflict_is_decided(changed):
    code, mine, screen, err = changed(OVERWRITE, KEEP)
    assert code == 0, err
    assert mine == ["flake.nix"]
    assert "composition.nix: its content differs" in screen


def test_what_is_chosen_at_first_loses_nothing(changed):
    code, mine, _, err = changed(ENTER, ENTER)
    assert code == 0, err
    assert mine == ["composition.nix", "flake.nix"]


def test_one_key_decides_all_that_follow(changed):
    code, mine, _, err = changed("O")
    assert code == 0, err
    assert mine == []


def test_all_that_follow_can_be_kept(changed):
    code, mine, _, err = changed(OVERWRITE, "K")
    assert code == 0, err
    assert mine == ["flake.nix"]


def test_the_difference_is_shown_and_the_question_asked_again(changed):
    code, mine, screen, err = changed("d", BACK, BACK, KEEP, KEEP)
    assert code == 0, err
    assert "-# mine" in screen
    assert len(mine) == 2


def test_quitting_writes_nothing(changed):
    code, mine, _, err = changed(OVERWRITE, "q")
    assert code == 130
    assert mine == ["composition.nix", "flake.nix"]
    assert "nothing was written" in err
