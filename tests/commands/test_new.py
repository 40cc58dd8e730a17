"""``new`` in a folder that holds a project already: that project is where everything starts."""

import re
import sys
import tomllib

import pytest

from scaffold.cli import main
from scaffold.writer.tree import WORK_NAME
from tests.running import nxc_scaffold

QUIET = ("--no-check", "--no-git")


def told(done):
    """What was said, as one line."""
    return " ".join(done.stderr.split())


def recorded(folder):
    return tomllib.loads((folder / ".nxc-scaffold.toml").read_text())


@pytest.fixture
def project(tmp_path):
    """A project of a stack, with answers of its own, in a folder that is called otherwise."""
    folder = tmp_path / "upd"
    arguments = ("--stack", "slurm", "--defaults", "--name", "lab", "--description", "mine")
    done = nxc_scaffold("new", folder, *arguments, *QUIET)
    assert done.returncode == 0, done.stderr
    return folder


def tree(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("where", [["."], []])
def test_a_flag_changes_that_answer_and_keeps_the_others(project, where):
    flags = ("--set", "roles.node.count=3", "--force", *QUIET)
    done = nxc_scaffold("new", *where, *flags, cwd=project)
    assert done.returncode == 0, done.stderr
    found = recorded(project)
    assert found["roles"]["node"]["count"] == 3
    assert (found["name"], found["description"]) == ("lab", "mine")
    assert found["started_from"] == "slurm"
    assert not (project / "upd").exists()
    assert not (project / "lab").exists()


def test_without_a_flag_nothing_changes(project):
    before = tree(project)
    done = nxc_scaffold("new", ".", *QUIET, cwd=project)
    assert done.returncode == 0, done.stderr
    assert tree(project) == before


def test_another_start_that_is_named_counts(project):
    done = nxc_scaffold("new", ".", "--stack", "nfs", "--defaults", "--force", *QUIET, cwd=project)
    assert done.returncode == 0, done.stderr
    assert recorded(project)["started_from"] == "nfs"


def test_a_new_name_is_a_new_folder(project):
    flags = ("--name", "other", "--stack", "nfs", "--defaults", *QUIET)
    done = nxc_scaffold("new", *flags, cwd=project)
    assert done.returncode == 0, done.stderr
    assert recorded(project / "other")["started_from"] == "nfs"


def test_a_misspelt_role_of_a_setting_is_told_with_the_closest_name(project):
    before = tree(project)
    done = nxc_scaffold("new", ".", "--set", "roles.nod.count=3", *QUIET, cwd=project)
    assert done.returncode == 2
    assert "--set roles.nod.count=3: there is no role 'nod' Did you mean node?" in told(done)
    assert tree(project) == before


def test_a_setting_adds_to_a_role_that_a_flag_adds(project):
    flags = ("--role", "extra", "--set", "roles.extra.packages=jq", "--force", *QUIET)
    done = nxc_scaffold("new", ".", *flags, cwd=project)
    assert done.returncode == 0, done.stderr
    assert recorded(project)["roles"]["extra"] == {"count": 1, "packages": ["jq"]}


def test_the_template_of_the_project_is_used_again(tmp_path):
    template = tmp_path / "template" / "{{cookiecutter.name}}"
    template.mkdir(parents=True)
    (template.parent / "cookiecutter.json").write_text('{"colour": "red", "_extends": true}')
    (template / "colour.txt").write_text("{{cookiecutter.colour}}")
    flags = ("--template", template.parent, "--template-set", "colour=blue", "--stack", "blank")
    done = nxc_scaffold("new", tmp_path / "lab", *flags, "--defaults", *QUIET)
    assert done.returncode == 0, done.stderr
    assert nxc_scaffold("new", ".", *QUIET, cwd=tmp_path / "lab").returncode == 0
    assert (tmp_path / "lab/colour.txt").read_text() == "blue"
    assert recorded(tmp_path / "lab")["template"]["set"] == {"colour": "blue"}


def test_a_dry_run_leaves_what_a_killed_run_left_and_says_so(project):
    (project / WORK_NAME).mkdir()
    before = tree(project), (project / WORK_NAME).stat()
    done = nxc_scaffold("new", ".", "--dry-run", *QUIET, cwd=project)
    assert done.returncode == 0, done.stderr
    assert "the next run that writes finishes or undoes that first" in told(done)
    assert (tree(project), (project / WORK_NAME).stat()) == before
    done = nxc_scaffold("new", ".", *QUIET, cwd=project)
    assert done.returncode == 0, done.stderr
    assert not (project / WORK_NAME).exists()


def test_an_interrupt_during_the_checks_says_that_files_were_written(tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scaffold.checks.run_all", interrupted)
    monkeypatch.setattr(
        sys, "argv", ["nxc-scaffold", "new", "lab", "--stack", "nfs", "--defaults", "--no-git"]
    )
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 130
    err = capsys.readouterr().err
    assert re.search(r"interrupted when \d+ files had been written", err)
    assert "nothing was written" not in err
    assert (tmp_path / "lab/flake.nix").exists()


@pytest.fixture
def several(tmp_path):
    folder = tmp_path / "both"
    pairs = ("--composition", "oar", "--composition", "hpc=slurm")
    done = nxc_scaffold("multi", folder, *pairs, *QUIET)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("where", [["."], []])
def test_several_compositions_start_from_their_answers_too(several, where):
    flags = ("--set", "compositions.hpc.roles.node.count=3", "--force", *QUIET)
    done = nxc_scaffold("multi", *where, *flags, cwd=several)
    assert done.returncode == 0, done.stderr
    found = recorded(several)["compositions"]
    assert list(found) == ["oar", "hpc"]
    assert found["hpc"]["roles"]["node"]["count"] == 3


def test_a_misspelt_role_of_one_of_several_is_told(several):
    done = nxc_scaffold("multi", ".", "--set", "compositions.hpc.roles.nod.count=3", cwd=several)
    assert done.returncode == 2
    assert "there is no role 'nod' Did you mean node?" in told(done)


def test_new_in_a_project_of_several_changes_it_as_well(several):
    flags = ("--set", "compositions.hpc.roles.node.count=3", *QUIET)
    done = nxc_scaffold("new", ".", *flags, cwd=several)
    assert done.returncode == 0, done.stderr
    assert recorded(several)["compositions"]["hpc"]["roles"]["node"]["count"] == 3


def test_multi_in_a_project_of_one_composition_names_new(project):
    done = nxc_scaffold("multi", ".", cwd=project)
    assert done.returncode == 2
    assert "the project holds one composition Run nxc-scaffold new" in told(done)
