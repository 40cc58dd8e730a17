"""Shell completion: what is offered, and that real shells put it in the right place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from scaffold.cli import shells
from scaffold.cli.index import PROGRAM, VARIABLE
from scaffold.cli.main import cli
from tests.building import CATALOG
from tests.running import nxc_scaffold

VISIBLE = [part.id for part in CATALOG.parts.values() if not part.hidden]


def offered(*words, shell="zsh"):
    completer = shells.SHELLS[shell](cli, {}, PROGRAM, VARIABLE)
    return [item.value for item in completer.get_completions(list(words[:-1]), words[-1])]


# --- what is offered ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["new", "--stack", ""], sorted(CATALOG.stacks)),
        (["new", "--stack=nf"], ["--stack=nfs"]),
        (["new", "--release", "23"], [r for r in CATALOG.releases if r.startswith("23")]),
        (["new", "--flavour", ""], list(CATALOG.flavours)),
        (["new", "--flavour", "vm,dock"], ["vm,docker"]),
        (["new", "--flavour", "docker,vm"], ["docker,vm", "docker,vm-ramdisk"]),
        (["new", "--default-flavour", "g5k-i"], ["g5k-image"]),
        (["new", "--stack", "ear", "--flavour", ""], ["g5k-nfs-store", "g5k-ramdisk", "g5k-image"]),
        (["new", "--role", "a=k3s.server", "--flavour", "d"], []),
        (["multi", "l", "--composition", "a=web", "--composition", "b=k3s", "--flavour", "d"], []),
        (["new", "--stack", "bdpo", "--release", ""], ["23.05", "22.11"]),
        (["new", "--role", "a=no.such", "--flavour", "d"], ["docker"]),
        (["new", "--extra", "j"], ["justfile"]),
        (["new", "--extra", "n"], ["none"]),
        (["new", "--role", "node:2=oar.n"], ["node:2=oar.node"]),
        (["new", "--role", "a=oar.node,oar.s"], ["a=oar.node,oar.server"]),
        (["new", "--role=a=oar.dbs"], ["--role=a=oar.dbserver"]),
        (["new", "--stack", "oar", "--role", "f"], ["frontend"]),
        (["new", "--stack", "oar", "--drop-role", "n"], ["node"]),
        (["new", "--drop-role", ""], []),
        (["new", "--stack", "no-such"], []),
        (["multi", "lab", "--composition", "a=oar-n"], ["a=oar-nfs"]),
        (["multi", "lab", "--composition", "oar"], ["oar"]),
        (["multi", "lab", "--flavour", "vm,dock"], ["vm,docker"]),
        (["describe", "oar.n"], ["oar.node"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
)
def test_what_is_offered(words, expected):
    assert offered(*words) == expected


def test_every_visible_part_is_offered_once():
    assert offered("new", "--role", "a=") == [f"a={part}" for part in VISIBLE]
    first, *rest = VISIBLE
    assert offered("new", "--role", f"a={first},") == [f"a={first},{part}" for part in rest]


@pytest.mark.parametrize(
    ("words", "kind"), [(["new", ""], "dir"), (["new", "--answers", "x"], "file")]
)
def test_paths_are_left_to_the_shell(words, kind):
    completer = shells.SHELLS["bash"](cli, {}, PROGRAM, VARIABLE)
    (item,) = completer.get_completions(words[:-1], words[-1])
    assert item.type == kind


def test_what_the_users_catalogue_adds_is_offered(own_home):
    folder = own_home / "config" / "nxc-scaffold"
    (folder / "mine" / "stacks").mkdir(parents=True)
    (folder / "mine" / "stacks" / "ours.toml").write_text('description = "Ours"')
    (folder / "config.toml").write_text('catalogues = ["mine"]')
    assert offered("new", "--stack", "our") == ["ours"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("stacks/x.toml", "not toml"),
        ("services/x/service.toml", "parts = 3"),
        ("services/x/service.toml", "[parts]\na = 1"),
        ("flavours.toml", "vm = 1"),
    ],
)
def test_a_broken_catalogue_or_config_completes_to_less_and_is_silent(own_home, file, text):
    folder = own_home / "config" / "nxc-scaffold"
    broken = folder / "mine" / file
    broken.parent.mkdir(parents=True)
    broken.write_text(text)
    (folder / "config.toml").write_text('catalogues = ["mine"]')
    for flag in ("--stack", "--role", "--flavour", "--extra"):
        assert isinstance(offered("new", flag, "a="), list)
    (folder / "config.toml").write_text("catalogues = 3 3")
    assert offered("new", "--stack", "nfs") == ["nfs"]


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shell", "path"),
    [
        ("bash", "data/bash-completion/completions/nxc-scaffold"),
        ("zsh", "data/zsh/site-functions/_nxc-scaffold"),
        ("fish", "config/fish/completions/nxc-scaffold.fish"),
    ],
)
def test_install_writes_what_is_printed_where_the_shell_looks(own_home, shell, path):
    printed = nxc_scaffold("completion", shell)
    assert printed.returncode == 0
    assert f"{VARIABLE}={shell}_complete" in printed.stdout
    for _ in range(2):  # a second time it replaces its own file
        done = nxc_scaffold("completion", shell, "--install")
        assert done.returncode == 0, done.stderr
        assert str(own_home / path) in done.stderr
    assert (own_home / path).read_text() == printed.stdout
    assert len(list((own_home / path).parent.iterdir())) == 1


@pytest.mark.parametrize("link", [False, True])
def test_install_leaves_the_files_of_others_alone(own_home, link):
    file = shells.script_file("fish")
    file.parent.mkdir(parents=True)
    if link:
        file.symlink_to(own_home / "elsewhere")
    else:
        file.write_text("mine")
    done = nxc_scaffold("completion", "fish", "--install")
    assert done.returncode == 3
    assert str(file) in done.stderr
    assert not (own_home / "elsewhere").exists()
    assert link or file.read_text() == "mine"


# --- real shells ----------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    """Return a PATH on which ``nxc-scaffold`` is this one."""
    program = tmp_path / "bin" / PROGRAM
    program.parent.mkdir()
    root = Path(__file__).parents[2]
    program.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {sys.executable} -m scaffold "$@"\n')
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


def needs(shell):
    found = shutil.which(shell)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{shell} must be on PATH in CI: see .ci/setup")
        pytest.skip(f"no {shell} on PATH")
    return found


LINES = [
    ("--stack oar-nf", "--stack oar-nfs"),
    ("--role node:2=oar.n", "--role node:2=oar.node"),
    ("--role a=oar.node,oar.se", "--role a=oar.node,oar.server"),
    ("--flavour=vm,dock", "--flavour=vm,docker"),
    ("--release 24", "--release 24.11"),
]


@pytest.mark.parametrize(("typed", "completed"), LINES)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_tab_completes_the_word(shell, path, tmp_path, typed, completed):
    """Types a line and a tab, and lets the shell print what it then has on the line."""
    program = needs(shell)
    script = tmp_path / "script"
    script.write_text(shells.script(shell))
    env = {**os.environ, "PATH": path, "TERM": "dumb", "PS1": "$ "}
    start = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}[shell]
    child = pexpect.spawn(
        program, start, env=env, encoding="utf-8", timeout=60, dimensions=(24, 200)
    )
    try:
        if shell == "zsh":
            child.sendline("autoload -Uz compinit; compinit -u -D; unsetopt zle_bracketed_paste")
        child.sendline(f"source {script}; show() {{ printf '<%s>' \"$*\" END; }}; show re''ady")
        child.expect_exact("<ready><END>")
        child.send(f"show; {PROGRAM} new {typed}\t")
        child.expect_exact(completed)
    finally:
        child.close(force=True)


@pytest.mark.parametrize(("typed", "completed"), LINES)
def test_fish_completes_the_word(path, tmp_path, typed, completed):
    script = tmp_path / "script"
    script.write_text(shells.script("fish"))
    command = f"source {script}; complete -C '{PROGRAM} new {typed}'"
    done = subprocess.run(
        [needs("fish"), "--no-config", "-c", command],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert completed.split()[-1] in [line.partition("\t")[0] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_of_its_shell(shell, tmp_path):
    script = tmp_path / "script"
    script.write_text(shells.script(shell))
    done = subprocess.run([needs(shell), "-n", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
