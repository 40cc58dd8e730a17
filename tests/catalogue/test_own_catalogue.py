"""A service of a folder of one's own: found, described, generated and checked like the tool's."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from scaffold.base.errors import InputError
from scaffold.cli.main import cli

FOLDER = Path(__file__).parents[1] / "fixtures/catalogue"


def run(*args: str) -> str:
    done = CliRunner().invoke(cli, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def new(folder: Path, *more: str) -> Path:
    target = folder / "lab"
    own = ("new", str(target), "--catalogue", str(FOLDER), "--defaults")
    run(*own, "--no-flake-check", "--no-git", "--quiet", *more)
    return target


def test_it_is_listed_and_described():
    rows = json.loads(run("list", "services", "--catalogue", str(FOLDER), "--json"))
    assert "memcached" in [row["name"] for row in rows]
    text = run("describe", "memcached.server", "--catalogue", str(FOLDER))
    assert "memcached.server.megabytes=64 (integer, minimum 1)" in " ".join(text.split())


def test_without_the_flag_it_is_unknown():
    with pytest.raises(InputError):
        run("describe", "memcached.server")


def test_a_config_file_names_the_folder_once_for_all(own_home):
    file = own_home / "config/nxc-scaffold/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'catalogues = ["{FOLDER}"]\n')
    assert "part memcached.server" in run("describe", "memcached.server")


def test_its_stack_makes_a_project(tmp_path):
    project = new(tmp_path, "--stack", "memcached", "--set", "memcached.server.megabytes=32")
    assert "maxMemory = 32;" in (project / "parts/memcached-server.nix").read_text()
    script = (project / "test_script.py").read_text()
    assert "for machine in (client,):" in script
    compile(script, "test_script.py", "exec")


def test_its_parts_go_with_those_of_the_tool(tmp_path):
    project = new(tmp_path, "--role", "web=web.server,memcached.server")
    assert "./parts/memcached-server.nix" in (project / "composition.nix").read_text()
    assert "./parts/web-server.nix" in (project / "composition.nix").read_text()


def test_what_it_renders_is_what_nixfmt_writes(tmp_path, nixfmt_program):
    project = new(tmp_path, "--stack", "memcached")
    files = sorted(project.rglob("*.nix"))
    done = subprocess.run([nixfmt_program, "--check", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_mistake_in_it_is_told_before_anything_is_written(tmp_path):
    own = tmp_path / "own/services/broken"
    own.mkdir(parents=True)
    (own / "service.toml").write_text('title = "B"\ndescription = "b"\nparst = 1\n')
    args = ["new", str(tmp_path / "lab"), "--catalogue", str(tmp_path / "own"), "--stack", "nfs"]
    with pytest.raises(InputError) as caught:
        CliRunner().invoke(cli, args, catch_exceptions=False)
    assert "parst" in str(caught.value)
    assert str(own / "service.toml") in str(caught.value)
    assert not (tmp_path / "lab").exists()


def test_users_with_one_uid_are_told(tmp_path):
    own = tmp_path / "own/services/daemon"
    own.mkdir(parents=True)
    (own / "run.nix").write_text("{ }\n")
    (own / "service.toml").write_text(
        'title = "D"\ndescription = "d"\n[parts.run]\ndescription = "r"\nmodule = "run.nix"\n'
        'implies = ["users.accounts"]\nuids = { daemond = 1002 }\n'
    )
    args = ["new", str(tmp_path / "lab"), "--catalogue", str(tmp_path / "own"), "--defaults"]
    with pytest.raises(InputError) as caught:
        CliRunner().invoke(cli, [*args, "--role", "a=daemon.run"], catch_exceptions=False)
    assert "daemon.run gives its user daemond the uid 1002, which user2 has" in str(caught.value)
