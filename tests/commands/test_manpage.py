"""The man page says what the commands say, and the one that is shipped is today's."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from scaffold.cli.main import cli
from scaffold.commands.manpage import EXIT_STATUS, page
from tests.running import nxc_scaffold

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "man" / "nxc-scaffold.1"


def commands(group, path=()):
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


def test_the_shipped_page_is_that_of_today():
    assert SHIPPED.read_text(encoding="utf-8") == page(cli), "run `make examples`"


def test_the_command_prints_the_page():
    done = nxc_scaffold("man")
    assert (done.returncode, done.stdout) == (0, page(cli))


@pytest.mark.parametrize(("path", "command"), list(commands(cli)), ids=lambda value: str(value))
def test_every_command_and_flag_is_told(path, command):
    text = page(cli).replace("\\-", "-")
    section = re.search(rf"^\.SS nxc-scaffold {' '.join(path)}$(.*?)^\.S", text, re.M | re.S)
    told = section[1] if path else text
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            for name in param.opts:
                assert f"\\fB{name}\\fR" in told
    assert told.count(".TP") >= sum(
        isinstance(p, click.Option) and not p.hidden for p in command.params
    )


def test_the_wheel_carries_the_page():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {str(SHIPPED.relative_to(ROOT)): "share/man/man1/nxc-scaffold.1"}


def test_exit_codes_are_those_of_the_readme():
    table = (ROOT / "README.md").read_text().split("## Exit codes")[1].split("## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)
    assert rows == [(str(int(code)), text) for code, text in EXIT_STATUS.items()]


@pytest.mark.parametrize(
    ("help_text", "expected"),
    [
        (".starts with a dot", "\\&.starts with a dot"),
        ("'quoted'", "\\&'quoted'"),
        ("back\\slash", "back\\eslash"),
        ("see `list stacks`", "see \\fBlist stacks\\fR"),
        ("\b\none\n  two", "one\n  two"),
    ],
)
def test_text_is_never_read_as_a_request(help_text, expected):
    group = click.Group(help="x", commands={"a": click.Command("a", help=help_text)})
    assert f"\n{expected}\n" in page(group)


def test_hidden_commands_and_flags_are_left_out():
    hidden = click.Option(["--secret"], hidden=True, help="no")
    commands = {"a": click.Command("a", params=[hidden]), "b": click.Command("b", hidden=True)}
    text = page(click.Group(commands=commands))
    assert "secret" not in text
    assert "scaffold b" not in text


def test_roff_accepts_the_page():
    program = shutil.which("groff")
    if program is None and os.environ.get("CI") == "true":
        pytest.fail("groff must be on PATH in CI: see .ci/setup")
    if program is None:
        pytest.skip("no groff on PATH")
    command = [program, "-man", "-ww", "-z", "-Kutf8", "-Tutf8", SHIPPED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
