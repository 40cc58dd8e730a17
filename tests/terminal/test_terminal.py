"""The main paths through a real pseudo-terminal, as a user has it."""

import os
import re
import sys
import tomllib
from pathlib import Path

import pexpect
import pytest

from tests.building import CATALOG
from tests.keyboard import BACK, CLEAR, CTRL_C, DOWN, ENTER, ESCAPES, HELP

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60  # how long a prompt may take to appear before a test gives up; nothing waits for it
STACKS = list(CATALOG.stacks)


@pytest.fixture
def terminal(tmp_path):
    """Start the command in a terminal of 24 lines and 80 columns, in a folder of its own."""
    started = []

    def start(*arguments, columns=80, **environment):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environment}
        env["PROMPT_TOOLKIT_NO_CPR"] = "1"  # nobody answers where the cursor is
        env = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
        if "NO_COLOR" not in environment:
            env.pop("NO_COLOR", None)
        child = pexpect.spawn(
            sys.executable, ["-m", "scaffold", *arguments], cwd=str(tmp_path), env=env,
            dimensions=(24, columns), encoding="utf-8", timeout=SECONDS,
        )  # fmt: skip
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def end(child):
    """Wait for the end of the command; return its exit code and what it printed meanwhile."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, ESCAPES.sub("", child.before)


def test_from_the_first_screen_to_the_files(terminal, tmp_path):
    child = terminal("new", "--no-check", "--no-git")
    child.expect("What to start from")
    child.send("nfs" + ENTER)
    child.expect("add a role")
    child.send(DOWN * 11 + ENTER)  # the description
    child.expect("enter takes it")
    child.send(CLEAR + 'It\'s "mine" ${x}' + ENTER)
    child.expect("mine")
    child.send("w")
    child.expect("Name")
    child.send("lab" + ENTER)
    code, text = end(child)
    assert code == 0, text
    assert "create" in text
    assert "lab/composition.nix" in text
    assert "nxc build -f vm" in text
    answers = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert answers["description"] == 'It\'s "mine" ${x}'
    assert list(answers["roles"]) == ["server", "client"]
    assert {"flake.nix", "parts", "README.md"} <= {p.name for p in (tmp_path / "lab").iterdir()}


def test_an_interrupt_writes_nothing_and_can_be_resumed(terminal, tmp_path):
    child = terminal("new", "lab", "--no-check", "--no-git")
    child.expect("What to start from")
    child.send("blank" + ENTER)
    child.expect("add a role")
    child.send("+")
    child.expect("\u00d72")
    child.send(CTRL_C)
    code, text = end(child)
    assert code == 130
    assert "nothing was written" in text
    assert "--resume" in text
    assert "Traceback" not in text
    assert list(tmp_path.iterdir()) == []
    child = terminal("new", "lab", "--resume", "--no-check", "--no-git")
    child.expect("\u00d72")
    child.send("w")
    assert end(child)[0] == 0
    answers = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert answers["roles"]["host"]["count"] == 2


def test_several_compositions_from_the_first_screen_to_the_files(terminal, tmp_path):
    child = terminal("multi", "lab", "--no-check", "--no-git")
    child.expect("What to start from")
    child.send("oar" + ENTER)
    child.expect("add a composition")
    child.send("n" + ENTER)
    child.expect("What to start from")
    child.send("slurm" + ENTER)
    child.expect("Name of the composition")
    child.send(ENTER)
    child.expect("slurm.controller")
    child.send("w")
    code, text = end(child)
    assert code == 0, text
    assert re.search(r"composition +slurm +stack slurm", text)
    assert "nxc build -C oar -f vm" in text
    summary, _, _ = text[text.rindex("  composition ") :].partition("  next ")  # commands to copy
    assert max(map(len, summary.splitlines())) <= 80
    answers = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert list(answers["compositions"]) == ["oar", "slurm"]


def test_an_interrupt_while_it_loads_is_no_traceback(terminal, tmp_path):
    child = terminal("new", "lab")
    child.expect("What to start from")
    child.send(CTRL_C)
    code, text = end(child)
    assert code == 130
    assert "Traceback" not in text
    assert list(tmp_path.iterdir()) == []


def test_help_and_back_are_keys(terminal):
    child = terminal("new", "lab")
    child.expect("What to start from")
    child.send("nfs" + HELP)
    child.expect("client \u00d72: nfs.client")
    child.send(BACK)
    child.expect("bebida-oar")
    child.send(CTRL_C)
    assert end(child)[0] == 130


def test_eighty_columns_are_enough(terminal):
    child = terminal("new", "lab", "--no-check", "--no-git")
    child.expect("What to start from")
    child.send("oar-nfs" + ENTER)
    child.expect("add a role")
    child.send("w")
    code, text = end(child)
    assert code == 0
    told, _, _ = text[text.rindex("  start from") :].partition("  next ")  # commands to copy
    summary = [line.rstrip() for line in told.splitlines()]
    assert max(map(len, summary)) <= 80
    words = " ".join(summary).split()
    assert {"oar.dbserver", "nfs.client", "g5k-nfs-store", "lab/composition.nix"} <= set(words)


@pytest.mark.parametrize("quiet", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_when_none_is_wanted(terminal, quiet):
    child = terminal(
        "new", "lab", "--stack", "nfs", "--defaults", "--no-check", "--no-git", **quiet
    )
    child.expect(pexpect.EOF)
    assert "create" in child.before
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", child.before)
    child = terminal("new", "lab", "--stack", "nope", "--defaults", **quiet)
    child.expect(pexpect.EOF)
    assert "\x1b[31m" not in child.before


def test_no_word_of_an_error_is_broken(terminal):
    flags = ("--role", "a=nfs.client", "--flavour", "vm", "--defaults", "--no-check")
    code, text = end(terminal("new", "lab", *flags, columns=40))
    assert code == 2
    assert max(map(len, text.splitlines())) <= 40
    told = "error roles (nfs.client): needs nfs.server, which no role has: it has nothing to mount"
    assert told in " ".join(text.split())


def test_colour_in_a_terminal(terminal):
    child = terminal("new", "lab", "--stack", "nope", "--defaults")
    child.expect(pexpect.EOF)
    assert "\x1b[31merror" in child.before


def test_the_checks_are_shown_as_they_run(terminal, nix_program):
    command = ("new", "lab", "--stack", "nfs", "--defaults", "--no-flake-check")
    code, text = end(terminal(*command))
    assert code == 0, text
    for check in ("syntax", "composition", "test script"):
        assert re.search(rf"{check}\s+ok", text), text
