"""``nxc-scaffold upgrade``: what it says, what it writes, and what it refuses."""

import contextlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scaffold.base.errors import ExternalError, InputError, Interrupted, Problem
from scaffold.cli.main import cli
from scaffold.system.nix_errors import Failure, NixError
from tests.migrate.fields import FILES, committed, written

NUR = {
    "default.nix": "{ pkgs ? import <nixpkgs> { } }:\n"
    "{\n  pulse = pkgs.callPackage ./pkgs/pulse { };\n}\n",
    "pkgs/pulse/default.nix": "{ go }:\ngo.buildGoModule {\n  vendorSha256 = null;\n}\n",
}
BDPO = "{ nur, ... }:\n{\n  imports = [ nur.repos.kapack.modules.bdpo ];\n}\n"


@pytest.fixture
def project(tmp_path) -> Path:
    return written(tmp_path / "lab", FILES)


def upgrade(folder: Path, *more: str, to: str = "25.05", kept: bool = True):
    """Run the command, after everything was committed unless that is not wanted."""
    if kept:
        roots = [path for path in (folder, *folder.parents) if (path / "flake.nix").is_file()]
        committed(roots[0] if roots else folder)
    args = ["upgrade", str(folder), "--to", to, "--offline", *more]
    return CliRunner().invoke(cli, args, catch_exceptions=False)


def texts(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


def refused(folder: Path, *more: str, to: str = "25.05", kept: bool = True) -> str:
    before = texts(folder)
    with pytest.raises(InputError) as caught:
        upgrade(folder, *more, to=to, kept=kept)
    assert texts(folder) == before
    (problem,) = caught.value.problems
    assert problem.remedy
    return f"{problem.where}: {problem.what}"


def test_it_writes_and_tells_what_it_changed(project):
    done = upgrade(project, "--no-check")
    assert done.exit_code == 0, done.output
    assert "nixos-25.05" in (project / "flake.nix").read_text()
    assert "changed  flake.nix:5: nixpkgs: " in done.stderr
    assert "written  composition.nix, flake.nix, nxc.json" in done.stderr
    assert "25.05 gets no security fixes since 2025-12-31" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("flag", ["--plan", "--dry-run"])
def test_a_plan_prints_a_diff_and_writes_nothing(project, flag):
    before = texts(project)
    done = upgrade(project, flag)
    assert done.exit_code == 0
    assert texts(project) == before
    assert "+    nixpkgs.url = " in done.stdout
    assert "written  nothing (--plan)\n" in done.stderr
    assert f"next     nxc-scaffold upgrade {project} --to 25.05\n" in done.stderr


def test_the_checks_of_the_target_run_afterwards(project):
    done = upgrade(project)
    assert "true" in (project / "composition.nix").read_text()
    assert "NXC" in done.stderr  # the test script proves nothing
    assert "composition.nix" in done.stderr


def test_what_the_release_lacks_stops_it(project):
    (project / "part.nix").write_text(BDPO)
    before = texts(project)
    done = upgrade(project)
    assert done.exit_code == 1
    assert texts(project) == before
    assert "blocked  part.nix:3: module bdpo: " in done.stderr
    assert "23.05" in done.stderr


def test_with_force_the_rest_is_done(project):
    (project / "part.nix").write_text(BDPO)
    done = upgrade(project, "--force", "--no-check")
    assert done.exit_code == 0
    assert "nixos-25.05" in (project / "flake.nix").read_text()
    assert "blocked  part.nix:3" in done.stderr


def test_changes_that_git_does_not_know_are_refused(project):
    committed(project)
    assert upgrade(project, "--no-check", "--plan", kept=False).exit_code == 0
    (project / "notes.txt").write_text("mine\n")
    assert "not committed: notes.txt" in refused(project, kept=False)
    assert upgrade(project, "--no-check", "--force", kept=False).exit_code == 0


def test_a_folder_that_git_does_not_know_is_refused(project):
    assert "it is in no git repository" in refused(project, kept=False)
    assert upgrade(project, "--no-check", "--plan", kept=False).exit_code == 0
    assert upgrade(project, "--no-check", "--force", kept=False).exit_code == 0


@pytest.mark.parametrize("files", [FILES, NUR])
def test_undo_takes_it_back(tmp_path, files, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = written(tmp_path / "lab", files)
    before = texts(folder)
    assert upgrade(folder, "--no-check", to="26.05").exit_code == 0
    assert texts(folder) != before
    done = CliRunner().invoke(cli, ["undo", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert texts(folder) == before


def test_the_document_has_everything(project):
    done = upgrade(project, "--json", "--plan")
    found = json.loads(done.stdout)
    assert (found["from"], found["to"], found["written"]) == ("22.11", "25.05", False)
    assert {"file": "composition.nix", "line": 3, "what": "nodes → roles", "rule": "roles"} in (
        found["changed"]
    )
    assert found["files"] == ["composition.nix", "flake.nix", "nxc.json"]
    assert found["diff"].count("@@") >= 3


def test_what_is_told_of_several_lines_is_told_once(project):
    lines = [
        "{ pkgs, ... }:",
        "[",
        *["  pkgs.xorg.libX11"] * 3,
        "  1",
        "  pkgs.xorg.libXt",
        "]",
        "",
    ]
    (project / "part.nix").write_text("\n".join(lines))
    done = upgrade(project, "--no-check", to="26.05")
    assert "left     part.nix:3-5, 7: xorg is deprecated from 26.05 on" in done.stderr


def test_what_fails_until_it_is_mended_is_told_first(project):
    (project / "a.nix").write_text("{ services.postgresql.enable = true; }\n")
    (project / "b.nix").write_text("{ services.oar.web.monika.enable = true; }\n")
    done = upgrade(project, "--no-check", "--plan")
    told = [
        line.split(":")[0] for line in done.stderr.splitlines() if line[2:6] in ("mend", "left")
    ]
    assert told == ["  mend     b.nix", "  left     a.nix"]
    found = json.loads(upgrade(project, "--no-check", "--plan", "--json").stdout)["left"]
    assert {note["file"]: note["fails"] for note in found} == {"a.nix": False, "b.nix": True}


@pytest.mark.usefixtures("nix_program")
def test_faults_of_the_target_that_depend_on_the_number_of_hosts_are_told(project):
    composition = project / "composition.nix"
    before = composition.read_text()
    for number, to, said in (
        (4, "25.05", ""),
        (5, "25.05", "5 hosts: with more than four virtual machines, nxc ends in an exception"),
        (8, "23.05", "8 hosts: the eighth and the ninth virtual machine do not start"),
    ):
        counted = before.replace(
            "testScript", f"rolesDistribution.server = {number};\n  testScript"
        )
        composition.write_text(counted)
        done = upgrade(project, "--plan", to=to)
        told = " ".join(done.stderr.split())
        assert said in told
        assert (" hosts: " in told) == bool(said)


def test_hosts_that_cannot_be_counted_are_told_with_the_number(project):
    (project / "composition.nix").write_text('{ ... }: throw "no"')
    told = " ".join(upgrade(project, "--plan").stderr.split())
    assert "from 5 hosts on: with more than four virtual machines" in told


def test_quiet_prints_nothing(project):
    done = upgrade(project, "--quiet", "--no-check")
    assert (done.stdout, done.stderr) == ("", "")


def test_an_unknown_release_is_told_with_the_closest(project):
    assert "--to: there is no release '25.50'" in refused(project, to="25.50")


def test_an_older_release_is_refused(project):
    assert "stands on 22.11, which is newer than 22.05" in refused(project, to="22.05")


def test_a_folder_without_a_project_is_refused(tmp_path):
    assert "neither a composition of NixOS Compose nor a NUR repository" in refused(tmp_path)


def test_a_project_is_found_from_a_folder_in_it(project):
    inner = project / "parts" / "deep"
    inner.mkdir(parents=True)
    (inner / "node.nix").write_text("{ nix.maxJobs = 2; }\n")
    assert upgrade(inner, "--no-check").exit_code == 0
    assert "nixos-25.05" in (project / "flake.nix").read_text()
    assert "settings.max-jobs" in (inner / "node.nix").read_text()


def test_several_projects_are_named(tmp_path):
    written(tmp_path / "a", FILES)
    written(tmp_path / "b", FILES)
    assert "there are 2 projects below it: a, b" in refused(tmp_path)


def test_a_composition_without_a_flake_is_refused(project):
    (project / "flake.nix").unlink()
    assert "it has no flake.nix" in refused(project)


def test_a_flake_that_cannot_be_read_is_refused(project):
    file = project / "flake.nix"
    file.write_text("<<<<<<< HEAD\n" + file.read_text())
    assert "flake.nix cannot be read: line 1: " in refused(project, "--force")


@pytest.mark.parametrize("lock", [b"{\n<<<<<<< HEAD\n", b"[]", b'{"nodes": {}}', b"", b"\xff"])
def test_a_lock_that_cannot_be_read_is_refused(project, lock):
    (project / "flake.lock").write_bytes(lock)
    assert "flake.lock:" in refused(project, "--force")


def test_a_lock_that_is_a_folder_is_refused(project):
    (project / "flake.lock").mkdir()
    assert "flake.lock:1: it is no file" in refused(project, "--force")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("flake.nix", "flake.nix cannot be read: it is no UTF-8 (byte 0)"),
        ("composition.nix", "composition.nix: it is no UTF-8 (byte 0)"),
        ("setup.toml", "setup.toml: it is no UTF-8 (byte 0)"),
        ("nxc.json", "nxc.json: it is no UTF-8 (byte 0)"),
        ("other.nix", "other.nix: it is no UTF-8 (byte 0)"),
    ],
)
def test_a_file_that_is_no_text_is_refused(project, name, said):
    (project / name).write_bytes(b"\xff\xfe")
    assert said in refused(project, "--force")


@pytest.mark.parametrize("there", [None, "folder", "loop"])
def test_a_composition_that_is_not_there_is_refused(project, there):
    file = project / "composition.nix"
    file.unlink()
    if there == "folder":
        file.mkdir()
    elif there == "loop":
        file.symlink_to(file.name)
    assert "composition.nix" in refused(project, "--force")


def test_blanks_around_a_release_are_none_of_it(project):
    assert upgrade(project, "--plan", to=" 25.05\n").exit_code == 0


def test_a_repository_with_a_broken_lock_is_refused(tmp_path):
    files = {**NUR, "flake.lock": "<<<<<<< HEAD\n", "flake.nix": "{ outputs = _: { }; }\n"}
    assert "flake.lock:1: it is not JSON" in refused(written(tmp_path, files), to="26.05")


def test_a_repository_whose_flake_cannot_be_read_is_refused(tmp_path):
    files = {"default.nix": NUR["default.nix"], "flake.nix": "{ a = ;\n"}
    assert "flake.nix cannot be read: line 1: " in refused(written(tmp_path, files))


def test_a_package_that_is_no_text_is_named_and_keeps_its_bytes(tmp_path):
    repository = written(tmp_path, NUR)
    other = repository / "pkgs/other.nix"
    other.write_bytes(b"\xff")
    done = upgrade(repository, "--no-check", to="26.05")
    assert "left     pkgs/other.nix: it was not looked at: it is no UTF-8 (byte 0)" in done.stderr
    assert other.read_bytes() == b"\xff"


def test_a_package_that_is_no_nix_is_named_and_keeps_its_bytes(tmp_path):
    repository = written(tmp_path, {**NUR, "pkgs/other/default.nix": "{ a = ;\n"})
    done = upgrade(repository, "--no-check", to="26.05")
    assert "left     pkgs/other/default.nix: it is no Nix, and was not looked at" in done.stderr
    assert (repository / "pkgs/other/default.nix").read_text() == "{ a = ;\n"


@pytest.mark.parametrize(
    ("given", "remedy"),
    [("26.5", "Did you mean 26.05?"), ("2511", "Did you mean 25.11?"), ("x", "Choose from 26.05")],
)
def test_the_closest_release_is_told(project, given, remedy):
    with pytest.raises(InputError) as caught:
        upgrade(project, to=given)
    assert caught.value.problems[0].remedy.startswith(remedy)


def test_somebody_elses_tool_is_told(tmp_path):
    flake = '{\n  inputs.nixos-compose.url = "github:garnix-io/nixos-compose";\n'
    written(tmp_path, {"flake.nix": flake + "  outputs = { ... }: { };\n}\n"})
    assert "another tool of the same name" in refused(tmp_path)


def test_a_nur_repository_is_upgraded(tmp_path):
    done = upgrade(written(tmp_path, NUR), "--no-check", to="26.05")
    assert done.exit_code == 0, done.output
    assert "vendorHash = null;" in (tmp_path / "pkgs/pulse/default.nix").read_text()


@pytest.fixture
def generated(tmp_path) -> Path:
    """A project of the tool's own, on 24.11, with a pin and an edit of the user's."""
    target = tmp_path / "lab"
    args = ["new", str(target), "--stack", "nfs", "--release", "24.11", "--pin", "nxc=mine"]
    quiet = ["--defaults", "--quiet", "--no-check", "--no-git"]
    made = CliRunner().invoke(cli, [*args, *quiet], catch_exceptions=False)
    assert made.exit_code == 0, made.output
    return target


def test_a_project_of_the_tool_is_written_from_its_answers(generated):
    done = upgrade(generated, "--no-check")
    assert done.exit_code == 0, done.output
    flake = (generated / "flake.nix").read_text()
    assert "nixos-25.05" in flake
    assert "ref=25.05" in flake
    assert "nxc mine is dropped" in done.stderr
    assert 'release = "25.05"' in (generated / ".nxc-scaffold.toml").read_text()


def test_an_edit_of_a_project_of_the_tool_is_kept(generated):
    file = generated / "composition.nix"
    file.write_text("# mine\n" + file.read_text())
    assert upgrade(generated, "--no-check").exit_code == 0
    assert file.read_text().startswith("# mine\n")


def test_a_project_of_the_tool_does_not_go_back(generated):
    assert "stands on 24.11, which is newer than 23.05" in refused(generated, to="23.05")


def test_recorded_pins_that_are_no_table_are_refused(generated):
    file = generated / ".nxc-scaffold.toml"
    text = file.read_text().replace('[pins]\nnxc = "mine"\n', "")
    assert "[pins]" not in text
    file.write_text('pins = "mine"\n' + text)
    assert "pins" in refused(generated, "--no-check")


LOCK = {
    "nodes": {
        "nixpkgs": {
            "locked": {"type": "github", "owner": "NixOS", "repo": "nixpkgs", "rev": "a" * 40},
            "original": {"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "22.11"},
        },
        "root": {"inputs": {"nixpkgs": "nixpkgs"}},
    },
    "root": "root",
    "version": 7,
}


def locked(project: Path, monkeypatch, lock) -> str:
    """Upgrade a project with a lock file, with another ``nix flake lock``; return what is told."""
    (project / "flake.lock").write_text(json.dumps(LOCK))
    monkeypatch.setattr("scaffold.commands.upgrade_checks.nix.flake_lock", lock)
    committed(project)
    args = ["upgrade", str(project), "--to", "25.05", "--no-check"]
    done = CliRunner().invoke(cli, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stderr


def test_without_the_network_the_command_and_the_stale_entries_are_told(project, monkeypatch):
    def fails(*_args, **_more):
        raise ExternalError(Problem("nix", "there is no network", "Try again"))

    told = locked(project, monkeypatch, fails)
    assert "flake.lock is for other addresses of nixpkgs" in told
    assert f"next     nix flake lock {project}\n" in told
    assert f"           git -C {project} diff\n" in told


def test_a_lock_that_nix_wrote_anew_is_not_stale(project, monkeypatch):
    def writes(root, **_more):
        new = json.loads(json.dumps(LOCK))
        new["nodes"]["nixpkgs"]["original"]["ref"] = "nixos-25.05"
        (root / "flake.lock").write_text(json.dumps(new))

    assert "addresses of nxc, NUR, kapack" in locked(project, monkeypatch, writes)


# --- evaluation -----------------------------------------------------------------------------------


@pytest.fixture
def evaluated(monkeypatch) -> list[str]:
    """Let every flavour evaluate, and return the list of those that were asked for."""
    asked: list[str] = []
    nix = "scaffold.checks.rules.evaluation.flavours.nix"
    names = ("composition::vm", "composition::docker", "other")
    monkeypatch.setattr(f"{nix}.require", lambda: None)
    monkeypatch.setattr(f"{nix}.flake_source", lambda root: contextlib.nullcontext(str(root)))
    monkeypatch.setattr(f"{nix}.flake_packages", lambda *_a, **_k: names)
    monkeypatch.setattr(
        f"{nix}.eval_flavour", lambda _r, _c, flavour, *_a, **_k: asked.append(flavour)
    )
    return asked


def online(project: Path, *more: str):
    committed(project)
    args = ["upgrade", str(project), "--to", "25.05", *more]
    return CliRunner().invoke(cli, args, catch_exceptions=False)


def test_where_nix_reaches_the_inputs_every_flavour_is_evaluated(project, evaluated):
    done = online(project)
    assert evaluated == ["vm", "docker"]
    assert "evaluating every flavour" in done.stderr
    assert "evaluation of every flavour" in done.stderr
    assert "not evaluated" not in done.stderr


def test_a_flavour_that_does_not_evaluate_is_a_defect(project, evaluated, monkeypatch):
    def fails(*_args, **_more):
        raise NixError(Failure("evaluation", "attribute 'pulse' missing", "composition.nix", 5))

    monkeypatch.setattr("scaffold.checks.rules.evaluation.flavours.nix.eval_flavour", fails)
    done = online(project)
    assert done.exit_code == 1
    assert "NXC901 composition::vm: attribute 'pulse' missing" in done.stderr


@pytest.mark.parametrize("flag", ["--offline", "--no-eval"])
def test_what_was_not_evaluated_is_told_with_the_command_for_later(project, evaluated, flag):
    done = online(project, flag)
    assert evaluated == []
    assert f"not evaluated: {flag}; later:\n  nxc-scaffold check --eval {project}\n" in done.stderr


def test_a_lock_that_cannot_be_written_keeps_nobody_from_evaluating(
    project, evaluated, monkeypatch
):
    def fails(*_args, **_more):
        raise NixError(Failure("fetch", "unable to download: no such host"))

    (project / "flake.lock").write_text(json.dumps(LOCK))
    monkeypatch.setattr("scaffold.commands.upgrade_checks.nix.flake_lock", fails)
    done = json.loads(online(project, "--json").stdout)
    assert evaluated == ["vm", "docker"]
    assert done["evaluation"] == {"done": True}
    assert "nixpkgs" in done["stale"]


def test_nix_that_cannot_work_is_told_and_no_defect(project, evaluated, monkeypatch):
    def fails(*_args, **_more):
        raise NixError(Failure("fetch", "unable to download: no such host"))

    monkeypatch.setattr("scaffold.checks.rules.evaluation.flavours.nix.flake_packages", fails)
    done = json.loads(online(project, "--json").stdout)
    assert done["evaluation"] == {
        "done": False,
        "reason": "unable to download: no such host",
        "command": f"nxc-scaffold check --eval {project}",
    }
    assert done["exit"] == 0


def test_packages_of_a_repository_are_said_not_to_be_evaluated(tmp_path):
    done = upgrade(written(tmp_path, NUR), to="26.05")
    assert f"later:\n  nix-instantiate {tmp_path}\n" in done.stderr


def test_leaving_during_the_evaluation_tells_that_files_were_written(
    project, evaluated, monkeypatch
):
    def leaves(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("scaffold.commands.upgrade_checks.engine.run", leaves)
    with pytest.raises(Interrupted) as caught:
        online(project)
    (problem,) = caught.value.problems
    assert problem.what == "interrupted when 3 files had been written"
    assert problem.remedy == f"To check it, run nxc-scaffold check --eval {project}"
    assert "nixos-25.05" in (project / "flake.nix").read_text()
