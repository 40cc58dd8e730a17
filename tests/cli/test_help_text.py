"""The layout of ``--help``: lines are broken at blanks, never inside a flag or a file's name."""

import pytest
from click.testing import CliRunner

from scaffold.cli.index import COMMANDS
from scaffold.cli.main import cli


def words(name, width):
    done = CliRunner().invoke(cli, [name, "--help"], terminal_width=width)
    assert done.exit_code == 0, done.output
    return done.output.split()


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("width", [72, 80, 97])
def test_no_word_is_broken(name, width):
    assert words(name, width) == words(name, 400)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_longer_than_the_terminal(name):
    done = CliRunner().invoke(cli, [name, "--help"], terminal_width=80)
    assert max(map(len, done.output.splitlines())) <= 80


def test_a_hyphen_is_the_usual_one():
    done = CliRunner().invoke(cli, ["new", "--help"], terminal_width=80)
    assert "`git add --intent-to-add`" in " ".join(done.output.split())
    assert "\N{NON-BREAKING HYPHEN}" not in done.output
