"""Where the base of a merge comes from, seen through the whole command."""

from __future__ import annotations

import subprocess
import tomllib

import pytest

from tests.projects import forget_written
from tests.running import nxc_scaffold

NEW = ("new", "lab", "--stack", "nfs", "--defaults", "--no-check")
MORE = (*NEW, "--role", "client:5")


@pytest.fixture
def lab(tmp_path):
    assert nxc_scaffold(*NEW, "--no-git", cwd=tmp_path).returncode == 0
    return tmp_path / "lab"


def edited(lab):
    file = lab / "composition.nix"
    file.write_text(file.read_text() + "# mine\n")


def merged(lab):
    text = (lab / "composition.nix").read_text()
    return text.endswith("# mine\n") and "client = 5;" in text


def test_answers_rendered_again_are_a_base_without_git(lab):
    edited(lab)
    done = nxc_scaffold(*MORE, "--no-git", cwd=lab.parent)
    assert done.returncode == 0, done.stderr
    assert merged(lab)
    assert not (lab / ".git").exists()


def other_version(lab):
    """Make it look as if other templates had written a file: rendering gives another base."""
    state = lab / ".nxc-scaffold.toml"
    found = tomllib.loads(state.read_text())["written"]
    file = lab / "composition.nix"
    before = file.read_text()
    file.write_text(before.replace("# ", "# Other templates: ", 1))
    done = subprocess.run(["git", "hash-object", file], capture_output=True, text=True, check=True)
    state.write_text(state.read_text().replace(found["composition.nix"], done.stdout.strip()))
    assert file.read_text() != before


def test_objects_of_the_repository_are_a_base_whatever_the_templates_say_today(lab):
    other_version(lab)
    subprocess.run(["git", "init", "-q"], cwd=lab, check=True)
    subprocess.run(["git", "hash-object", "-w", "composition.nix"], cwd=lab, check=True)
    edited(lab)
    done = nxc_scaffold(*MORE, cwd=lab.parent)
    assert done.returncode == 0, done.stderr
    assert merged(lab)
    assert "Other templates" not in (lab / "composition.nix").read_text()


def test_a_run_leaves_the_next_base_in_the_repository(tmp_path):
    assert nxc_scaffold(*NEW, cwd=tmp_path).returncode == 0
    found = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())["written"]
    for blob in found.values():
        words = ["git", "cat-file", "-e", blob]
        assert subprocess.run(words, cwd=tmp_path / "lab", check=False).returncode == 0


def test_without_any_base_an_edit_is_a_conflict_and_the_rest_is_updated(lab):
    other_version(lab)
    edited(lab)
    done = nxc_scaffold(*MORE, "--no-git", cwd=lab.parent)
    assert done.returncode == 3
    assert "what was written before is not known any more" in done.stderr
    assert "update      lab/README.md" in done.stderr


def test_unedited_files_are_recognised_without_a_record(lab):
    forget_written(lab)
    edited(lab)
    done = nxc_scaffold(*MORE, "--no-git", cwd=lab.parent)
    assert done.returncode == 3
    assert "conflict    lab/composition.nix   its content differs" in done.stderr
    assert "update      lab/README.md" in done.stderr


def test_without_git_unedited_files_are_updated_and_edited_ones_are_conflicts(lab):
    edited(lab)
    done = nxc_scaffold(*MORE, cwd=lab.parent, env={"PATH": "/nowhere"})
    assert done.returncode == 3
    assert "it cannot be merged: git is missing" in done.stderr
    assert "update      lab/README.md" in done.stderr


def test_a_damaged_record_is_told_with_its_place(lab):
    state = lab / ".nxc-scaffold.toml"
    state.write_text(state.read_text().replace('"README.md" = "', '"README.md" = "x'))
    done = nxc_scaffold(*MORE, cwd=lab.parent)
    assert done.returncode == 2
    assert "written.README.md: is not a git blob id" in done.stderr


def test_files_of_a_role_that_is_gone_are_deleted_unless_they_were_edited(tmp_path):
    assert nxc_scaffold(*NEW, "--role", "w=web.server", cwd=tmp_path).returncode == 0
    lab = tmp_path / "lab"
    assert (lab / "parts/web-server.nix").exists()
    (lab / "parts/nfs-client.nix").write_text("# mine\n")
    gone = ("--drop-role", "server", "--drop-role", "client")
    done = nxc_scaffold("new", "lab", *gone, "--no-check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (lab / "parts/nfs-server.nix").exists()
    assert (lab / "parts/nfs-client.nix").read_text() == "# mine\n"
    assert "it is not wanted any more, but you edited it" in done.stderr
    done = nxc_scaffold(*NEW, "--role", "w=web.server", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "keep        lab/parts/nfs-client.nix" in done.stderr, "it is still in the record"
    assert (lab / "parts/nfs-server.nix").exists()
