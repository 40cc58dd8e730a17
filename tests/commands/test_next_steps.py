"""The commands to go on with: they can be typed one after the other, as they are printed."""

import shlex

import pytest

from scaffold.commands.next_steps import entering, in_folder

STEPS = [("nix build", "build it"), ("nxc start", "start it")]


@pytest.mark.parametrize("name", ["lab", "my lab", "a'b", "$HOME", "{x}"])
def test_the_first_command_goes_to_the_folder_whatever_its_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (first, why), second = in_folder(name, STEPS)
    assert shlex.split(first) == ["cd", name, "&&", "nix", "build"]
    assert (why, second) == ("build it", STEPS[1])
    assert shlex.split(entering(name))[:3] == ["cd", name, "&&"]


@pytest.mark.parametrize("here", [".", "../lab"])
def test_nobody_is_told_to_go_where_he_is(tmp_path, monkeypatch, here):
    (tmp_path / "lab").mkdir()
    monkeypatch.chdir(tmp_path / "lab")
    assert in_folder(here, STEPS) == STEPS
    assert not entering(here).startswith("cd")
