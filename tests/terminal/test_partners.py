"""In a terminal the partners that a part needs are offered, one after the other."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from scaffold.cli import main
from scaffold.commands.options import Options
from tests.keyboard import CTRL_C, DOWN, ENTER, typed
from tests.running import nxc_scaffold

QUICK = ("--no-check", "--no-git")


@pytest.fixture
def add(tmp_path, monkeypatch, capsys):
    """Run ``add`` in a project of one role, as in a terminal."""
    command = ("new", "lab", "--role", "node:2", "--defaults", *QUICK)
    assert nxc_scaffold(*command, cwd=tmp_path).returncode == 0
    monkeypatch.chdir(tmp_path / "lab")
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))

    def call(keys, *arguments):
        monkeypatch.setattr(sys, "argv", ["nxc-scaffold", "add", *arguments, *QUICK])
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    return call


def roles():
    found = tomllib.loads(Path(".nxc-scaffold.toml").read_text())["roles"]
    return {name: role.get("parts", []) for name, role in found.items()}


def test_each_missing_partner_is_offered_with_the_likely_role_first(add):
    code, screen, err = add([ENTER, ENTER], "slurm.node", "--to", "node")
    assert code == 0, err
    asked = "slurm.node needs slurm.controller: it has no controller to take jobs from."
    told = " ".join(screen.split())
    assert f"{asked} Add slurm.controller to which role?" in told
    assert roles() == {"node": ["slurm.node"], "controller": ["slurm.controller", "slurm.dbd"]}


def test_another_role_can_be_chosen(add):
    code, _, err = add([DOWN + ENTER], "web.client", "--to", "extra")
    assert code == 0, err
    assert roles() == {"node": ["web.server"], "extra": ["web.client"]}


@pytest.mark.parametrize("keys", [CTRL_C, DOWN * 2 + ENTER])
def test_leaving_writes_nothing(add, keys):
    code, _, err = add([keys], "slurm.node", "--to", "node")
    assert code == 130
    assert "nothing was written" in err
    assert roles() == {"node": []}
