"""Files that are the user's alone, through the commands that write a project."""

from __future__ import annotations

import pytest

from tests.running import nxc_scaffold

QUICK = ("--no-check", "--no-git")


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_what_would_change_in_a_file_of_the_users_is_told(tmp_path):
    def run(*arguments):
        done = nxc_scaffold(*arguments, *QUICK, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return " ".join(done.stderr.split())

    run("new", "lab", "--stack", "nfs", "--defaults", "--kept", "flake.nix")
    (tmp_path / "lab/flake.nix").write_text("{ }\n")
    told = run("change", "lab", "--set", "roles.client.count=5")
    assert "/flake.nix it is yours alone (kept) " in told
    told = run("change", "lab", "--flavour", "docker")
    assert "/flake.nix it is yours alone (kept): what these answers change in it" in told
    assert (tmp_path / "lab/flake.nix").read_text() == "{ }\n"
