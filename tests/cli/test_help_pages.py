"""--help is read to its end: no summary is cut, flags come in groups, each flag in one of them."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from scaffold.cli.help_pages import GROUPS, SECTIONS, summary
from scaffold.cli.main import cli


def helped(*words):
    done = CliRunner().invoke(cli, [*words, "--help"], terminal_width=80)
    assert done.exit_code == 0, done.output
    return done.output


def test_no_summary_is_cut_and_every_command_has_a_section():
    told = " ".join(helped().partition("Compositions:")[2].split())
    assert "..." not in told
    for name, command in cli.commands.items():
        assert any(name in names for names in SECTIONS.values()), name
        assert summary(command).split(" nxc-")[0] in told
    assert "Others:" not in helped()


@pytest.mark.parametrize("name", ["new", "change", "multi", "add", "update"])
def test_flags_come_in_groups_and_none_is_left_out(name):
    told = helped(name)
    assert told.index("Files that are there:") < told.index("Checks:") < told.index("Options:")
    for param in cli.commands[name].params:
        if isinstance(param, click.Option) and not param.hidden:
            assert told.count(f"  {param.opts[0]}") >= 1, param.opts


def test_a_group_names_flags_that_exist():
    known = {param.name for command in cli.commands.values() for param in command.params}
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
