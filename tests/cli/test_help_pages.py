"""--help is read to its end: no summary is cut, flags come in groups, each flag in one of them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scaffold.cli.grouped_flags import GROUPS
from scaffold.cli.index import COMMANDS
from scaffold.cli.main import cli
from tests.running import command_of


def helped(*words):
    done = CliRunner().invoke(cli, [*words, "--help"], terminal_width=80)
    assert done.exit_code == 0, done.output
    return done.output


def test_no_summary_is_cut_and_every_command_has_one():
    told = " ".join(helped().partition("Compositions:")[2].split())
    assert "..." not in told
    for name, listed in COMMANDS.items():
        assert f"{name} {listed.summary}" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_is_the_first_sentence_of_the_help(name):
    first = " ".join((command_of(name).help or "").split("\n\n")[0].split())
    sentence, stop, _ = first.partition(". ")
    assert COMMANDS[name].summary == (sentence if stop else first.removesuffix("."))


def test_every_command_of_a_module_is_listed():
    for module in {listed.module for listed in COMMANDS.values()}:
        found = import_module(f"scaffold.cli.{module}").COMMANDS
        listed = {name for name, listed in COMMANDS.items() if listed.module == module}
        assert {command.name for command in found} == listed


def test_the_help_of_the_program_loads_no_command():
    program = (
        "import sys; from scaffold.__main__ import main\ntry: main()\nexcept SystemExit: pass\n"
    )
    program += "print(*sys.modules, file=sys.stderr)"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program, "--help"],
        env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    loaded = set(done.stderr.split())
    assert "scaffold.cli.main" in loaded
    assert not loaded & {f"scaffold.cli.{listed.module}" for listed in COMMANDS.values()}


@pytest.mark.parametrize("name", ["new", "change", "multi", "add", "update"])
def test_flags_come_in_groups_and_none_is_left_out(name):
    told = helped(name)
    assert told.index("Files that are there:") < told.index("Checks:") < told.index("Options:")
    for param in command_of(name).params:
        if isinstance(param, click.Option) and not param.hidden:
            assert told.count(f"  {param.opts[0]}") >= 1, param.opts


def test_a_group_names_flags_that_exist():
    known = {param.name for name in COMMANDS for param in command_of(name).params}
    assert {name for names in GROUPS.values() for name in names} <= known


def test_few_flags_need_no_groups():
    assert "Options:" in helped("graph")
    assert "Start:" not in helped("graph")


@pytest.mark.parametrize("command", ["new", "change"])
def test_two_stacks_are_told_with_what_adds_the_second(command):
    from scaffold.base.errors import InputError

    done = CliRunner().invoke(cli, [command, "--stack", "nfs", "--stack", "slurm"])
    assert isinstance(done.exception, InputError)
    assert "nxc-scaffold add slurm" in str(done.exception)
