"""The user's folders: the XDG base directory specification, also for a user who has no home."""

import os
import pwd
import sys

import pytest

from scaffold.base import folders
from scaffold.base.engine import Engine
from scaffold.cli import main


@pytest.fixture
def homeless(monkeypatch):
    """A user whom the system does not know, with HOME and the XDG variables unset."""

    def unknown(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", *(name for name in os.environ if name.startswith("XDG_"))):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", folders.DEFAULTS)
def test_a_variable_names_the_folder(monkeypatch, tmp_path, kind):
    monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(tmp_path))
    assert folders.xdg_folder(kind) == tmp_path


@pytest.mark.parametrize("value", ["", "relative", "./x", "~/x"])
@pytest.mark.parametrize("kind", folders.DEFAULTS)
def test_a_relative_path_is_ignored(monkeypatch, own_home, kind, value):
    monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", value)
    assert folders.xdg_folder(kind) == own_home / folders.DEFAULTS[kind]


@pytest.mark.parametrize("home", [None, "", "relative"])
def test_without_a_home_there_are_no_folders(homeless, monkeypatch, home):
    if home is not None:
        monkeypatch.setenv("HOME", home)
    assert folders.home() is None
    assert [folders.xdg_folder(kind) for kind in folders.DEFAULTS] == [None] * 4
    assert folders.config_file() is None


def test_the_tilde_of_nobody_is_kept(homeless):
    assert str(folders.expanded("~nobody-at-all/x")) == "~nobody-at-all/x"
    assert str(folders.expanded("~/x")) == "~/x"


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["nxc-scaffold", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main.main()
    return int(ended.value.code or 0)


def test_without_a_home_a_project_is_written_and_the_lack_is_told_once(
    homeless, monkeypatch, tmp_path, capsys
):
    monkeypatch.chdir(tmp_path)
    code = run(monkeypatch, "new", "lab", "--stack", "nfs", "--defaults", "--no-check", "--no-git")
    told = " ".join(capsys.readouterr().err.split())
    assert code == 0, told
    assert told.count("you have no home folder") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["lab"]


def test_what_needs_a_home_says_what_to_do(homeless, monkeypatch, capsys):
    assert run(monkeypatch, "completion", "bash", "--install") == 2
    assert "Print the script" in capsys.readouterr().err


def test_a_template_is_rendered_without_a_cache(homeless, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_text("{{ x }}")
    assert Engine().render(tmp_path / "a", {"x": "1"}) == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_is_written_in_one_step_and_no_part_stays(tmp_path, monkeypatch):
    file = tmp_path / "a" / "b"
    folders.write_in_one_step(file, b"1")
    assert file.read_bytes() == b"1"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(file), "replace", full)
    with pytest.raises(OSError, match="No space left"):
        folders.write_in_one_step(file, b"2")
    assert [(path.name, path.read_bytes()) for path in file.parent.iterdir()] == [("b", b"1")]
