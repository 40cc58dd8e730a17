"""Whether flakes are on, by the files and variables of Nix."""

from __future__ import annotations

import pytest

from scaffold.system.nix_config import as_typed, flakes_are_on


@pytest.fixture(autouse=True)
def no_config(tmp_path, monkeypatch):
    for name in ("NIX_CONFIG", "NIX_USER_CONF_FILES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NIX_CONF_DIR", str(tmp_path / "etc"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_nothing_known_is_off():
    assert not flakes_are_on()


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("experimental-features = nix-command flakes", True),
        ("extra-experimental-features = flakes nix-command # both", True),
        ("experimental-features = nix-command\nextra-experimental-features = flakes", True),
        ("experimental-features = nix-command", False),
        ("# experimental-features = nix-command flakes", False),
        ("experimental-features = nix-command # flakes", False),
    ],
)
def test_files_and_variables_are_read(tmp_path, monkeypatch, text, on):
    monkeypatch.setenv("NIX_CONFIG", text)
    assert flakes_are_on() is on
    monkeypatch.delenv("NIX_CONFIG")
    for folder in ("etc", "config/nix"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "nix.conf").write_text(text)
        assert flakes_are_on() is on
        (tmp_path / folder / "nix.conf").unlink()
    named = tmp_path / "named.conf"
    named.write_text(text)
    monkeypatch.setenv("NIX_USER_CONF_FILES", f"/nowhere:{named}")
    assert flakes_are_on() is on


def test_commands_of_nix_get_the_flag_that_they_need(monkeypatch):
    flag = "--extra-experimental-features 'nix-command flakes'"
    assert as_typed("nix build .#a") == f"nix {flag} build .#a"
    assert as_typed("nix-build -A a") == "nix-build -A a"
    monkeypatch.setenv("NIX_CONFIG", "experimental-features = nix-command flakes")
    assert as_typed("nix build .#a") == "nix build .#a"
