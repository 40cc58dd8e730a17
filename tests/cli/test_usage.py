"""A wrong command line is told as every other error: where, what, and what to do; exit code 2."""

import json

import click
import pytest

from scaffold.cli.index import COMMANDS
from scaffold.cli.usage import MAY_BE_EMPTY
from tests.running import command_of, nxc_scaffold

WRONG = [
    (
        ["new", "--stak", "nfs"],
        "--stak: nxc-scaffold new has no such flag",
        "Did you mean --stack?",
    ),
    (["nwe", "lab"], "nxc-scaffold: there is no command 'nwe'", "Did you mean new?"),
    (["zzz"], "nxc-scaffold: there is no command 'zzz'", "See nxc-scaffold --help"),
    (["new", "a", "b"], "got unexpected extra argument (b)", "See nxc-scaffold new --help"),
    (["new", "--conflict", "ours"], "--conflict: 'ours' is not one of", "Choose one of them"),
    (["list", "foo"], "KIND: 'foo' is not one of", "Choose one of them"),
    (["upgrade"], "--to: is not given", "Write it as: nxc-scaffold upgrade --to RELEASE"),
    (["phases"], "ATTR: is not given", "Write it as: nxc-scaffold phases ATTR [WHAT]"),
    (["completion"], "SHELL: is not given", "nxc-scaffold completion {bash|zsh|fish}"),
    (["new", "--name"], "--name: option '--name' requires an argument", "nxc-scaffold new --help"),
    (["graph", "--catalogue", "no"], "--catalogue: directory 'no' does not exist", "FOLDER"),
    (["config", "set"], "config set: needs a key", "Write it as: config set KEY VALUE"),
    (["new", ""], "DIR: '' is no value", "Give DIR, or leave it out"),
    (["new", "a", "--flavour="], "--flavour: '' is no value", "Give --flavour FLAVOUR, or leave"),
    (["describe", ""], "NAME: '' is no value", "Give NAME"),
    (["check", ".", ""], "PATH: '' is no value", "Give PATH, or leave it out"),
]


@pytest.mark.parametrize(("line", "what", "remedy"), WRONG)
def test_it_is_one_error_with_a_remedy(tmp_path, line, what, remedy):
    done = nxc_scaffold(*line, cwd=tmp_path)
    first, second = done.stderr.splitlines()
    assert done.returncode == 2
    assert first.startswith("error  ")
    assert what in first
    assert remedy in second
    assert not done.stdout
    assert not [*tmp_path.iterdir()]


def test_it_is_json_where_that_is_wanted(tmp_path):
    done = nxc_scaffold("new", "--conflict", "ours", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert told["exit"] == done.returncode == 2
    assert [problem["where"] for problem in told["problems"]] == ["--conflict"]


def _cases():
    for name in COMMANDS:
        for param in command_of(name).params:
            takes = not getattr(param, "is_flag", False) and not getattr(param, "hidden", False)
            if takes and param.name not in {*MAY_BE_EMPTY, "help"}:
                yield pytest.param(name, param, id=f"{name}-{param.name}")


@pytest.mark.parametrize(("name", "param"), [*_cases()])
def test_no_value_is_empty(name, param):
    from scaffold.base.errors import InputError

    command = command_of(name)
    others = ["x" for p in command.params if isinstance(p, click.Argument) and p.required]
    if isinstance(param, click.Option):
        words = [*others, param.opts[0], ""]
    else:
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        words = ["set" if p.name == "action" else "x" for p in arguments]
        words = [*words[: arguments.index(param)], "", *words[arguments.index(param) + 1 :]]
    with pytest.raises((InputError, click.UsageError)) as refused:
        command.make_context(name, words)
    if isinstance(refused.value, InputError):
        assert "'' is no value" in str(refused.value)


def test_a_description_may_be_empty(tmp_path):
    line = ["new", "lab", "--stack", "blank", "--defaults", "--no-check", "--no-git"]
    assert nxc_scaffold(*line, "--description", "", cwd=tmp_path).returncode == 0
