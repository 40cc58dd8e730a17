"""change, add, remove, update and undo, run in the folder of a project or below it."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib

import pytest

from tests.running import nxc_scaffold

QUICK = ("--no-check", "--no-git")


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def lab(tmp_path):
    command = ("new", "lab", "--stack", "slurm", "--defaults", *QUICK)
    assert nxc_scaffold(*command, cwd=tmp_path).returncode == 0
    return tmp_path / "lab"


def run(lab, *arguments, code=0, below="parts"):
    done = nxc_scaffold(*arguments, cwd=lab / below)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def roles(lab):
    found = tomllib.loads((lab / ".nxc-scaffold.toml").read_text())["roles"]
    return {name: (role["count"], role.get("parts", [])) for name, role in found.items()}


def files(lab):
    return {str(path.relative_to(lab)): path.read_bytes() for path in lab.rglob("*")
            if path.is_file() and ".git" not in path.parts}  # fmt: skip


@pytest.mark.parametrize("below", [".", "parts"])
def test_a_project_is_changed_from_any_folder_in_it(lab, below):
    done = run(lab, "change", "--set", "roles.node.count=4", *QUICK, below=below)
    assert roles(lab)["node"] == (4, ["slurm.node"])
    assert "update" in done.stderr
    assert "create" not in done.stderr


def test_a_default_flavour_goes_with_the_flavours_that_are_not_chosen_any_more(lab):
    run(lab, "change", "--flavour", "vm-ramdisk,docker", *QUICK)
    found = tomllib.loads((lab / ".nxc-scaffold.toml").read_text())
    assert (found["flavours"], found["default_flavour"]) == (["vm-ramdisk", "docker"], "vm-ramdisk")
    done = run(lab, "change", "--flavour", "docker", "--default-flavour", "vm", *QUICK, code=2)
    assert "'vm' is none of the chosen flavours" in done.stderr


def test_outside_a_project_the_way_to_one_is_told(tmp_path):
    for command in (["change"], ["update"], ["add", "web.server", "--to", "a"], ["remove", "a"]):
        done = nxc_scaffold(*command, cwd=tmp_path)
        assert done.returncode == 2
        assert "is not in a project" in done.stderr
        assert "nxc-scaffold new" in done.stderr


def test_new_in_a_project_is_change(lab):
    run(lab, "new", "--set", "roles.node.count=4", *QUICK, below=".")
    assert roles(lab)["node"][0] == 4
    assert roles(lab).keys() == {"controller", "frontend", "node"}


# --- add ------------------------------------------------------------------------------------------


def test_a_part_is_added_to_a_role_that_is_made(lab):
    run(lab, "add", "web.server", "--to", "www:2", *QUICK)
    assert roles(lab)["www"] == (2, ["web.server"])
    assert (lab / "parts/web-server.nix").is_file()


def test_missing_partners_are_named_with_what_adds_them(lab):
    before = files(lab)
    done = run(lab, "add", "nfs.client", "--to", "node", *QUICK, code=2)
    assert "nfs.client: needs nfs.server, which no role has" in done.stderr
    remedy = re.search(r"--with \S+", done.stderr)
    assert remedy
    assert files(lab) == before
    run(lab, "add", "nfs.client", "--to", "node", *remedy[0].split(), *QUICK)
    assert roles(lab)["server"] == (1, ["nfs.server"])


def test_a_second_stack_is_combined_with_what_is_there(lab):
    run(lab, "add", "nfs", "--onto", "client=node,frontend", *QUICK)
    found = roles(lab)
    assert found["node"] == (2, ["slurm.node", "nfs.client"])
    assert found["frontend"] == (1, ["slurm.frontend", "nfs.client"])
    assert found["server"] == (1, ["nfs.server"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["web.server"], "add web.server --to ROLE"),
        (["wbe.server"], "Say which role"),
        (["slrum"], "Did you mean slurm"),
        (["web.server", "--to", "www:x"], "'x' is not a number of hosts"),
        (["web.server", "--to", "a", "--with", "x"], "Write it as slurm.dbd=ctl"),
        (["web.server", "--to", "A"], "'A'"),
        (["web.server", "--to", "a", "--onto", "b=c"], "goes with a stack"),
        (["nfs", "--onto", "client=nod"], "Did you mean node"),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_is_written(lab, arguments, message):
    before = files(lab)
    assert message in " ".join(run(lab, "add", *arguments, *QUICK, code=2).stderr.split())
    assert files(lab) == before


# --- remove ---------------------------------------------------------------------------------------


def test_a_role_goes_with_its_files_and_the_users_edits_stay(lab):
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    composition = lab / "composition.nix"
    composition.write_text(composition.read_text() + "# mine\n")
    done = run(lab, "remove", "www", *QUICK)
    assert "delete" in done.stderr
    assert "merge" in done.stderr
    assert not (lab / "parts/web-server.nix").exists()
    assert composition.read_text().endswith("# mine\n")
    assert "www" not in composition.read_text()


def test_what_another_part_needs_is_not_removed(lab):
    before = files(lab)
    done = run(lab, "remove", "slurm.dbd", *QUICK, code=2)
    assert "slurm.controller: needs slurm.dbd" in done.stderr
    assert "nxc-scaffold remove slurm.controller --from controller" in done.stderr
    assert files(lab) == before


@pytest.mark.parametrize(
    "command", [["remove", ""], ["remove", ","], ["add", ""], ["add", ",", "--to", "node"]]
)
def test_a_name_that_is_empty_is_refused(lab, command):
    before = files(lab)
    done = run(lab, *command, *QUICK, code=2)
    assert ("is not said" in done.stderr) == ("" not in command)
    assert files(lab) == before


def test_partners_of_partners_are_named_at_once(tmp_path):
    assert nxc_scaffold("new", "lab", "--stack", "web", "--defaults", *QUICK, cwd=tmp_path)
    done = run(tmp_path / "lab", "add", "slurm.node", "--to", "client", *QUICK, code=2)
    assert "--with slurm.controller=client" in done.stderr
    assert "--with slurm.dbd=client" in done.stderr
    partners = ("--with", "slurm.controller=client", "--with", "slurm.dbd=client")
    run(tmp_path / "lab", "add", "slurm.node", "--to", "client", *partners, *QUICK)


def test_a_part_is_removed_with_its_options(lab):
    run(lab, "add", "nfs", "--onto", "client=node", *QUICK)
    run(lab, "change", "--set", "nfs.server.export=/scratch", *QUICK)
    run(lab, "remove", "nfs.server,nfs.client", "--from", "server,node", *QUICK)
    found = tomllib.loads((lab / ".nxc-scaffold.toml").read_text())
    assert "nfs" not in found.get("options", {})
    assert found["roles"]["node"]["parts"] == ["slurm.node"]


# --- update ---------------------------------------------------------------------------------------


def test_an_update_of_what_is_up_to_date_changes_nothing(lab):
    before = files(lab)
    done = run(lab, "update", *QUICK)
    assert files(lab) == before
    assert re.search(r"files +\d+ identical\n", done.stderr)


def test_other_templates_come_with_an_update_and_a_newer_version_is_told(lab):
    state = lab / ".nxc-scaffold.toml"
    file = lab / "parts/slurm-node.nix"
    today = file.read_text()
    file.write_text("# Of older templates.\n" + today)
    hashed = ["git", "hash-object", str(file)]
    blob = subprocess.run(hashed, capture_output=True, text=True, check=True).stdout.strip()
    text = re.sub(r'("parts/slurm-node.nix" = )".*"', rf'\1"{blob}"', state.read_text())
    state.write_text(re.sub('tool_version = ".*"', 'tool_version = "0.0.1"', text))
    done = run(lab, "update", *QUICK)
    assert "written by nxc-scaffold 0.0.1" in done.stderr
    assert file.read_text() == today
    assert "written by nxc-scaffold 0.0.1" not in run(lab, "update", *QUICK).stderr


# --- undo -----------------------------------------------------------------------------------------


def test_the_last_run_is_undone_and_the_undo_too(lab):
    before = files(lab)
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    after = files(lab)
    done = run(lab, "undo", "--no-git")
    assert "nxc-scaffold add web.server --to www" in done.stderr
    assert files(lab) == before
    run(lab, "undo", "--no-git")
    assert files(lab) == after


def test_what_was_edited_since_is_kept_and_named(lab):
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    file = lab / "parts/web-server.nix"
    file.write_text("# mine\n")
    (lab / "README.md").unlink()
    done = run(lab, "undo", "--json", "--no-git")
    found = {file["path"]: file for file in json.loads(done.stdout)["files"]}
    assert found["parts/web-server.nix"] == {
        "path": "parts/web-server.nix", "verb": "keep", "reason": "it was edited since"
    }  # fmt: skip
    assert found["README.md"]["reason"] == "it was deleted since"
    assert found["composition.nix"]["verb"] == "update"
    assert file.read_text() == "# mine\n"
    assert "www" not in roles(lab)


def test_a_dry_run_of_undo_writes_nothing(lab):
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    before = files(lab)
    done = run(lab, "undo", "--dry-run", "--diff")
    assert "deleted file mode" in done.stdout
    assert files(lab) == before


def test_a_new_project_can_be_undone(lab):
    (lab / "mine").touch()
    run(lab, "undo", "--no-git")
    assert files(lab) == {"mine": b""}


def test_where_nothing_is_remembered_that_is_told(tmp_path):
    done = nxc_scaffold("undo", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing is remembered" in done.stderr


def test_what_is_remembered_is_checked(lab, tmp_path):
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    (memory,) = (tmp_path / "state").rglob("run.json")
    memory.write_text(memory.read_text().replace('"README.md"', '"../README.md"'))
    done = run(lab, "undo", "--no-git", code=4)
    assert "leaves its folder" in done.stderr


def test_a_folder_that_is_not_there_has_nothing_to_undo(lab):
    before = files(lab)
    done = run(lab, "undo", "nowhere", code=2)
    assert "nowhere: is not a folder" in done.stderr
    assert files(lab) == before


def test_git_forgets_what_an_undo_deletes(lab):
    run(lab, "add", "web.server", "--to", "www", "--no-check")
    assert "parts/web-server.nix" in listed(lab)
    run(lab, "undo")
    assert not [name for name in listed(lab) if not (lab / name).exists()]


def listed(lab):
    done = subprocess.run(["git", "ls-files"], cwd=lab, capture_output=True, text=True, check=True)
    return done.stdout.split()


# --- several compositions -------------------------------------------------------------------------


def test_projects_of_several_compositions_are_changed_too(tmp_path):
    command = ("multi", "lab", "--composition", "web", "--composition", "nfs", *QUICK)
    assert nxc_scaffold(*command, cwd=tmp_path).returncode == 0
    lab = tmp_path / "lab"
    run(lab, "add", "web.server", "--to", "nfs.www:2", *QUICK, below=".")
    assert (lab / "nfs/parts/web.nix").exists() or (lab / "nfs/parts/web-server.nix").exists()
    run(lab, "change", "--set", "compositions.nfs.roles.client.count=4", *QUICK, below="nfs")
    run(lab, "remove", "nfs.www", *QUICK, below=".")
    found = tomllib.loads((lab / ".nxc-scaffold.toml").read_text())["compositions"]["nfs"]["roles"]
    assert {name: role["count"] for name, role in found.items()} == {"server": 1, "client": 4}
    done = run(lab, "change", "--stack", "oar", *QUICK, below=".", code=2)
    assert "this one has several" in done.stderr
    run(lab, "update", *QUICK, below=".")


# --- files of the user's own ----------------------------------------------------------------------


def test_modules_of_the_user_stay_through_every_command(lab):
    (lab / "parts/mine.nix").write_text("{ }\n")
    run(lab, "change", "--set", "roles.node.modules=./parts/mine.nix", *QUICK)
    run(lab, "add", "web.server", "--to", "node", *QUICK)
    run(lab, "change", "--set", "roles.node.count=4", *QUICK)
    run(lab, "update", *QUICK)
    assert "./parts/mine.nix" in (lab / "composition.nix").read_text()
    assert (lab / "parts/mine.nix").read_text() == "{ }\n"
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    run(lab, "change", "--set", "roles.www.modules=./parts/mine.nix", *QUICK)
    done = run(lab, "remove", "www", *QUICK)
    assert "stays" not in done.stderr  # another role imports it


def test_removing_a_role_names_the_file_of_the_user_that_is_left(lab):
    (lab / "parts/mine.nix").write_text("{ }\n")
    run(lab, "add", "web.server", "--to", "www", *QUICK)
    run(lab, "change", "--set", "roles.www.modules=./parts/mine.nix", *QUICK)
    done = run(lab, "remove", "www", *QUICK)
    assert "parts/mine.nix is yours and stays; no role imports it any more" in done.stderr
    assert (lab / "parts/mine.nix").is_file()
    assert "mine.nix" not in (lab / "composition.nix").read_text()
