"""adopt, run on folders as users have them: what is written, told, refused and taken back."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.migrate.adopt.hand_written import FLAKE, MANY, NFS, project
from tests.running import nxc_scaffold

pytestmark = pytest.mark.usefixtures("nix_program")
QUICK = ("--no-check",)


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def lab(tmp_path):
    """A hand-written composition in a repository of its own, all committed."""
    folder = project(tmp_path / "lab", NFS, notes__txt="mine\n")
    git(folder, "init", "-q")
    commit(folder)
    return folder


def git(folder, *words):
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all of it")


def run(folder, *arguments, code=0):
    done = nxc_scaffold(*arguments, cwd=folder)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_a_composition_becomes_a_project_in_place(lab):
    done = run(lab, "adopt", *QUICK)
    for title in ("read", "kept as it was", "not understood"):
        assert f"  {title}\n" in done.stderr
    assert "role worker ×3  nfs.client" in done.stderr
    assert "same roles, hosts and options as before" in done.stderr
    assert (lab / "flake.nix").read_text() == FLAKE
    assert (lab / "notes.txt").read_text() == "mine\n"
    assert (lab / "test_script.py").read_text() == 'start_all()\nworker1.succeed("ls /data")\n'
    assert "./parts/adopted-store.nix" in (lab / "composition.nix").read_text()


def test_what_is_to_be_said_of_the_users_own_files_is_no_failure(lab):
    (lab / "composition.nix").write_text(NFS.replace("ls /data", "true"))
    commit(lab)
    done = run(lab, "adopt", "--no-flake-check")
    assert "test script" not in done.stderr.partition("compared")[2]
    assert "format      ok" in done.stderr or "format      not checked" in done.stderr
    run(lab, "change", "--set", "roles.worker.count=2", "--no-flake-check")
    done = nxc_scaffold("check", cwd=lab)
    assert 'succeed("true") proves nothing' in done.stdout + done.stderr


def test_undo_takes_it_back(lab):
    before = files(lab)
    run(lab, "adopt", *QUICK)
    assert files(lab) != before
    run(lab, "undo")
    assert files(lab) == before


def test_a_dry_run_writes_nothing_and_shows_all(lab):
    before = files(lab)
    done = run(lab, "adopt", "--dry-run", "--diff")
    assert files(lab) == before
    assert "+++ b/parts/adopted-store.nix" in done.stdout
    assert "--- a/composition.nix" in done.stdout


def test_the_diff_of_a_dry_run_is_what_is_written(lab, tmp_path):
    diff = run(lab, "adopt", "--dry-run", "--diff").stdout
    run(lab, "adopt", *QUICK)
    after = files(lab)
    git(lab, "reset", "--hard", "-q")
    git(lab, "clean", "-fdq")
    (tmp_path / "all.diff").write_text(diff)
    git(lab, "apply", str(tmp_path / "all.diff"))
    assert files(lab) == after


def test_a_new_folder_gets_everything_and_the_old_one_stays(lab, tmp_path):
    before = files(lab)
    run(lab, "adopt", "--into", str(tmp_path / "new"), *QUICK, "--no-git")
    assert files(lab) == before
    new = files(tmp_path / "new")
    assert new["notes.txt"] == b"mine\n"
    assert new["flake.nix"] == FLAKE.encode()
    assert b'name = "new"' in new[".nxc-scaffold.toml"]
    assert "parts/adopted-worker.nix" in new


def test_every_command_works_on_it_afterwards(lab):
    run(lab, "adopt", *QUICK)
    commit(lab)
    modules = {name: text for name, text in files(lab).items() if "adopted-" in name}
    run(lab, "change", "--set", "roles.worker.count=5", *QUICK)
    run(lab, "add", "web.server", "--to", "worker", *QUICK)
    run(lab, "update", *QUICK)
    text = (lab / "composition.nix").read_text()
    assert "worker = 5;" in text
    assert "./parts/adopted-worker.nix" in text
    run(lab, "add", "nfs.client", "--to", "store2", *QUICK)
    done = run(lab, "remove", "worker", *QUICK)
    assert "parts/adopted-worker.nix is yours and stays" in done.stderr
    now = files(lab)
    assert {name: now[name] for name in modules} == modules
    assert now["flake.nix"] == FLAKE.encode()


def test_nothing_differs_when_it_is_updated_at_once(lab):
    run(lab, "adopt", *QUICK)
    before = files(lab)
    run(lab, "update", *QUICK)
    assert files(lab) == before


def test_the_result_as_json(lab):
    done = run(lab, "adopt", "--json", *QUICK)
    found = json.loads(done.stdout)
    assert found["exit"] == 0
    assert found["written"] is True
    assert set(found["adopted"]) == {"read", "kept", "unclear", "added"}
    assert "users.users.ann.uid" in found["adopted"]["added"]["composition.store"]
    assert "role store ×1  nfs.server" in found["adopted"]["read"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "git knows of changes that are not committed: composition.nix"),
        (("--into", "lab-inside"), "lies in the project that is read"),
        (("nowhere",), "is not a folder"),
        (("--name", "a b"), "must be letters, digits"),
        (("--set", "nonsense"), "is not KEY=VALUE"),
        (("--set", "roles.stor.count=2"), "roles.stor: the composition has no such role"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_is(lab, arguments, said):
    (lab / "composition.nix").write_text(NFS + "# changed\n")
    before = files(lab)
    done = run(
        lab,
        "adopt",
        *arguments,
        *(("--force",) if arguments[:1] in (("--name",), ("--set",)) else ()),
        code=2,
    )
    assert said in done.stderr
    assert files(lab) == before


def test_changes_that_are_not_committed_are_no_hindrance_with_force(lab):
    (lab / "notes.txt").write_text("changed\n")
    run(lab, "adopt", "--force", *QUICK)
    assert (lab / "notes.txt").read_text() == "changed\n"


def test_a_folder_without_git_wants_force_or_a_new_folder(tmp_path):
    folder = project(tmp_path / "lab", MANY)
    done = run(folder, "adopt", *QUICK, code=2)
    assert "it is in no git repository" in done.stderr
    assert "--into" in done.stderr
    run(folder, "adopt", "--force", "--no-git", *QUICK)
    assert (folder / "parts/adopted-node.nix").is_file()


def test_a_project_of_the_tools_is_not_adopted_again(lab):
    run(lab, "adopt", *QUICK)
    done = run(lab, "adopt", *QUICK, code=2)
    assert "it is a project of nxc-scaffold already" in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("flake.nix", "{ outputs = { self }: { }; }", "there is no composition"),
        ("flake.nix", "{ outputs = ", "flake.nix cannot be read: line 1: "),
        ("flake.lock", "{\n<<<<<<< HEAD\n", "flake.lock:2: it is not JSON"),
        ("flake.lock", "[]", "flake.lock:1: it is no lock file"),
        ("composition.nix", "{ ... }: { roles = 3; }", "composition.nix:1: its roles are computed"),
        ("composition.nix", "{ ... }: {", "cannot be read as Nix: line 1: "),
    ],
)
def test_what_is_no_composition_is_told_in_one_message(lab, name, text, said, tmp_path):
    (lab / name).write_text(text)
    (lab / "nxc.json").unlink()
    before = files(lab)
    done = run(lab, "adopt", "--force", code=2)
    assert said in done.stderr
    into = tmp_path / "new"
    assert said in run(lab, "adopt", "--into", str(into), code=2).stderr
    assert files(lab) == before
    assert not into.exists()


def test_a_flake_that_cannot_be_read_is_told_beside_nxc_json_too(lab):
    (lab / "flake.nix").write_text("<<<<<<< HEAD\n")
    done = run(lab, "adopt", "--force", code=2)
    assert "flake.nix cannot be read: line 1: " in done.stderr


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_composition_that_cannot_be_read_is_told_with_the_reason(lab, content):
    (lab / "composition.nix").unlink()
    if content is not None:
        (lab / "composition.nix").write_bytes(content)
    done = run(lab, "adopt", "--force", code=2)
    why = "it is not there" if content is None else "it is no UTF-8 (byte 0)"
    assert f"composition.nix: it cannot be read as Nix: {why}" in done.stderr


def test_a_file_of_the_new_folder_is_not_touched(lab, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/x").write_text("x")
    done = run(lab, "adopt", "--into", str(tmp_path / "new"), code=2)
    assert "is not empty" in done.stderr
    assert files(tmp_path / "new") == {"x": b"x"}


# --- and upgrade ----------------------------------------------------------------------------------


def test_upgrade_moves_the_users_flake_and_the_answers_in_one_run(lab):
    run(lab, "adopt", *QUICK)
    module = lab / "parts/adopted-worker.nix"
    module.write_text(module.read_text().replace("pkgs.htop", "pkgs.exa"))
    commit(lab)
    done = run(lab, "upgrade", "--to", "25.05", "--offline", "--no-check")
    assert "nixpkgs: github:NixOS/nixpkgs/nixos-24.11" in " ".join(done.stderr.split())
    assert "github:NixOS/nixpkgs/nixos-25.05" in (lab / "flake.nix").read_text()
    assert 'release = "25.05"' in (lab / ".nxc-scaffold.toml").read_text()
    assert "pkgs.eza" in module.read_text()
    changed = {line.split()[-1] for line in git(lab, "status", "--porcelain").splitlines()}
    assert {"flake.nix", ".nxc-scaffold.toml", "parts/adopted-worker.nix"} <= changed


def test_the_plan_of_an_upgrade_writes_nothing_and_shows_each_file_once(lab):
    run(lab, "adopt", *QUICK)
    commit(lab)
    before = files(lab)
    done = run(lab, "upgrade", "--to", "25.05", "--plan")
    assert files(lab) == before
    assert done.stdout.count("+++ b/flake.nix") == 1
    assert done.stdout.count("+++ b/.nxc-scaffold.toml") == 1
