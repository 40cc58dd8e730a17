"""The user's defaults from the environment, and set by command; answers from standard input."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.running import nxc_scaffold


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(*arguments, code=0, **variables):
        done = nxc_scaffold("config", *arguments, env=variables)
        assert done.returncode == code, done.stderr
        return done

    return run


def settings(done):
    found = json.loads(done.stdout)["settings"]
    return {setting["key"]: (setting["value"], setting["source"]) for setting in found}


def test_keys_are_set_and_removed(config, tmp_path):
    file = tmp_path / "config/nxc-scaffold/config.toml"
    config("set", "flavours", "vm,docker")
    config("set", "plain", "true")
    config("set", "extras", "none")
    assert tomllib.loads(file.read_text()) == {
        "flavours": ["vm", "docker"], "plain": True, "extras": []
    }  # fmt: skip
    config("unset", "plain")
    assert "plain" not in tomllib.loads(file.read_text())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["set", "relaese", "25.05"], "Did you mean release"),
        (["set", "release", "1"], "there is no release '1'"),
        (["set", "plain", "maybe"], "plain"),
        (["set", "catalogues", "/nowhere"], "is not a folder"),
        (["set", "check", "x"], "there is no such key"),
        (["set", "release"], "config set KEY VALUE"),
        (["unset"], "config unset KEY"),
        (["unset", "release", "x"], "config unset KEY"),
    ],
)
def test_what_cannot_be_set_is_told_and_nothing_is_written(config, tmp_path, arguments, message):
    assert message in config(*arguments, code=2).stderr
    assert not (tmp_path / "config").exists()


def test_the_environment_counts_more_than_the_file(config, tmp_path):
    config("set", "release", "24.11")
    config("set", "flavours", "vm")
    found = settings(config("--json", NXC_SCAFFOLD_RELEASE="25.05"))
    assert found["release"] == ("25.05", "NXC_SCAFFOLD_RELEASE")
    assert found["flavours"] == (["vm"], "config file")
    command = ("new", "lab", "--stack", "nfs", "--defaults", "--no-check", "--no-git")
    variables = {"NXC_SCAFFOLD_RELEASE": "25.05", "NXC_SCAFFOLD_FLAVOURS": "docker,vm"}
    done = nxc_scaffold(*command, cwd=tmp_path, env=variables)
    assert done.returncode == 0, done.stderr
    written = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert (written["release"], written["flavours"]) == ("25.05", ["vm", "docker"])
    done = nxc_scaffold("update", "--no-check", "--no-git", cwd=tmp_path / "lab")
    again = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert again == written, "what the project recorded counts more than config and variables"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("NXC_SCAFFOLD_RELEASE", "1", "NXC_SCAFFOLD_RELEASE: there is no release '1'"),
        ("NXC_SCAFFOLD_RELAESE", "25.05", "NXC_SCAFFOLD_RELAESE: there is no such key"),
        ("NXC_SCAFFOLD_PLAIN", "maybe", "NXC_SCAFFOLD_PLAIN"),
        ("NXC_SCAFFOLD_CHECK", "x", "NXC_SCAFFOLD_CHECK: there is no such key"),
    ],
)
def test_what_is_wrong_in_the_environment_names_the_variable(config, name, value, message):
    assert message in config(code=2, **{name: value}).stderr


def test_answers_come_from_standard_input(tmp_path):
    text = '[roles.www]\nparts = ["web.server"]\n'
    command = ("new", "lab", "--answers", "-", "--defaults", "--no-check", "--no-git")
    done = nxc_scaffold(*command, cwd=tmp_path, input=text)
    assert done.returncode == 0, done.stderr
    assert list(tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())["roles"]) == [
        "www"
    ]
    done = nxc_scaffold(*command, cwd=tmp_path, input="roles = ")
    assert done.returncode == 2
    assert "error  standard input: is not TOML" in done.stderr


# --- repositories ---------------------------------------------------------------------------------


def repository(folder, source):
    """Make a git repository of a folder, and return its address."""
    shutil.copytree(source, folder)
    for words in (["init", "-q"], ["add", "-A"], [*AUTHOR, "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return f"file://{folder}"


AUTHOR = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
CATALOGUE = Path(__file__).parents[1] / "fixtures/catalogue"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/nxc-scaffold/catalogues"


def test_a_catalogue_in_a_repository_is_fetched_once_and_again_when_it_is_set(
    config, cache, tmp_path
):
    address = repository(tmp_path / "catalogue", CATALOGUE)
    config("set", "catalogues", address)
    (kept,) = cache.iterdir()
    assert "memcached" in nxc_scaffold("list", "stacks").stdout
    stack = tmp_path / "catalogue/stacks/memcached.toml"
    stack.rename(stack.with_name("renamed.toml"))
    for words in (["add", "-A"], [*AUTHOR, "commit", "-qm", "y"]):
        subprocess.run(["git", *words], cwd=tmp_path / "catalogue", check=True)
    assert "renamed" not in nxc_scaffold("list", "stacks").stdout
    config("set", "catalogues", address)
    assert "renamed" in nxc_scaffold("list", "stacks").stdout
    assert list(cache.iterdir()) == [kept]
    (tmp_path / "catalogue").rename(tmp_path / "gone")
    config("set", "catalogues", address, code=4)
    assert "renamed" in nxc_scaffold("list", "stacks").stdout, "what was fetched stays"
    assert settings(config("--json"))["catalogues"] == ([address], "config file")


@pytest.mark.parametrize(
    ("ref", "code", "message"), [("#nope", 4, "the ref behind #"), ("#-x", 2, "'-x'")]
)
def test_a_repository_that_cannot_be_fetched_is_told(config, cache, tmp_path, ref, code, message):
    address = repository(tmp_path / "catalogue", CATALOGUE)
    assert message in config("set", "catalogues", address + ref, code=code).stderr
    assert not (tmp_path / "config").exists()
    assert not cache.exists() or list(cache.iterdir()) == []


def test_new_projects_take_the_template_of_the_config(config, tmp_path):
    source = tmp_path / "source"
    (source / "{{cookiecutter.name}}").mkdir(parents=True)
    (source / "cookiecutter.json").write_text('{"_extends": true}')
    (source / "{{cookiecutter.name}}/OWN").write_text("mine\n")
    address = repository(tmp_path / "template", source)
    config("set", "template", address)
    command = ("new", "lab", "--stack", "nfs", "--defaults", "--no-check", "--no-git")
    done = nxc_scaffold(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "lab/OWN").read_text() == "mine\n"
    written = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert written["template"] == {"source": address}
    config("unset", "template")
    done = nxc_scaffold("update", "--no-check", "--no-git", cwd=tmp_path / "lab")
    assert (tmp_path / "lab/OWN").exists(), "the project keeps its own"
    config("set", "template", address)
    done = nxc_scaffold(*command[:1], "bare", *command[2:], "--template", "none", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "bare/OWN").exists()
