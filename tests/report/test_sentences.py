"""What is printed: for screen readers, without colours, on dumb terminals, in 80 columns."""

import os
import re
import sys
from pathlib import Path

import pexpect
import pytest

from scaffold.checks import Finding, Result
from scaffold.cli.index import COMMANDS
from scaffold.commands.describe import sentences
from scaffold.report.pages import find
from scaffold.report.reporter import Reporter
from scaffold.report.sentences import PlainReporter, counted, listed, reporter
from tests.building import CATALOG
from tests.running import command_of, nxc_scaffold

NEW = ["new", "lab", "--stack", "oar-nfs", "--defaults", "--no-git"]
QUICK = [*NEW, "--no-check"]
ESCAPE = "\x1b"
COLOUR = re.compile(r"\x1b\[[0-9;]*(3|9)[0-7][0-9;]*m")


def public(kind):
    return {name for name, value in vars(kind).items() if callable(value) and name[0] != "_"}


def test_everything_that_is_reported_is_reported_in_sentences():
    assert public(Reporter) <= public(PlainReporter)


WITHOUT = {"completion", "graph", "man"}  # what they print is for programs


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - WITHOUT))
def test_every_command_can_speak_in_sentences(name):
    assert any("--plain" in param.opts for param in command_of(name).params)


def test_a_composition_in_sentences(tmp_path):
    done = nxc_scaffold(*QUICK, "--plain", cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert done.returncode == 0
    assert done.stdout == ""
    assert lines[:7] == [
        "started from stack oar-nfs",
        "role server, 1 host, runs oar.server, oar.dbserver and nfs.server",
        "role frontend, 1 host, runs oar.frontend and nfs.client",
        "role node, 2 hosts, runs oar.node and nfs.client",
        "flavour vm, the default",
        "flavour docker",
        "flavour g5k-nfs-store",
    ]
    assert "create lab/flake.nix" in lines
    assert lines[-1] == "next, run the test, in another terminal: nxc driver -t"
    assert not [line for line in lines if "  " in line or line != line.strip() or not line]


def test_the_config_can_ask_for_sentences(tmp_path, own_home):
    folder = own_home / "config" / "nxc-scaffold"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("plain = true")
    assert nxc_scaffold(*QUICK, cwd=tmp_path).stderr.startswith("started from stack oar-nfs\n")
    assert nxc_scaffold("list", "flavours").stdout.startswith("vm: ")
    assert nxc_scaffold("describe", "vm").stdout.startswith("flavour vm\ndescription: ")
    assert nxc_scaffold("describe", "no").stderr.startswith("error in describe: there is no 'no'\n")


def test_an_error_in_sentences(tmp_path):
    done = nxc_scaffold("new", "lab", "--stack", "nf", "--plain", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error in --stack: there is no stack 'nf'",
        "to mend it: Did you mean nfs?",
    ]


def test_checks_in_sentences(capsys):
    plain = reporter(quiet=False, plain=True)
    finding = Finding("a.nix", 3, "is wrong", "Mend it")
    plain.check_started("syntax")
    plain.check_line("something")
    plain.check_done(Result("syntax", "failed", "1 file", problems=(finding,)))
    plain.check_done(Result("flake check", "not checked", "no nix", command="nix flake check"))
    assert capsys.readouterr().err.splitlines() == [
        "check syntax: failed, 1 file",
        "finding in a.nix line 3: is wrong",
        "to mend it: Mend it",
        "check flake check: not checked, no nix",
        "to check it later: nix flake check",
    ]


def test_other_reports_in_sentences(capsys):
    plain = reporter(quiet=False, plain=True)
    plain.secrets(["key"], shown_as="lab")
    plain.field("checks", "none")
    plain.command(["git", "init", "a b"])
    plain.line("  text ")
    plain.line()
    assert capsys.readouterr().err.splitlines() == [
        "create secret lab/key",
        "checks: none",
        "running git init 'a b'",
        "text",
    ]


def test_quiet_is_quiet_in_both(capsys):
    for plain in (False, True):
        reporter(quiet=True, plain=plain).field("a", "b")
    assert capsys.readouterr().err == ""


def test_lists_are_read_out():
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "nothing",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (counted(1, "host"), counted(2, "host")) == ("1 host", "2 hosts")


@pytest.mark.parametrize("name", [*CATALOG.stacks, *CATALOG.parts])
def test_a_page_in_sentences_names_what_each_line_is_about(name):
    for page in find(name, CATALOG):
        first, *rest = sentences(page)
        assert first == f"{page['kind']} {name}"
        keys = [key.replace("_", " ") for key in page]
        assert all(line.partition(": ")[0] in keys for line in rest)


# --- terminals ------------------------------------------------------------------------------------


def in_terminal(arguments, cwd, **env):
    """Run the command in a terminal of 80 columns and return what it shows."""
    root = str(Path(__file__).parents[2])
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    return pexpect.run(
        sys.executable + " " + " ".join(["-m", "scaffold", *arguments]),
        cwd=str(cwd),
        env={**clean, "PYTHONPATH": root, "TERM": "xterm", **env},
        encoding="utf-8",
        timeout=120,
    )


def test_a_terminal_gets_colours(tmp_path):
    assert COLOUR.search(in_terminal(QUICK, tmp_path))
    assert COLOUR.search(in_terminal(["describe", "no"], tmp_path))


@pytest.mark.parametrize("arguments", [QUICK, ["describe", "no"]])
def test_no_color_is_honoured(tmp_path, arguments):
    assert not COLOUR.search(in_terminal(arguments, tmp_path, NO_COLOR="1"))


@pytest.mark.parametrize("arguments", [[*NEW, "--no-flake-check"], ["describe", "no"]])
def test_a_dumb_terminal_gets_text_only(tmp_path, arguments):
    shown = in_terminal(arguments, tmp_path, TERM="dumb")
    assert ESCAPE not in shown
    assert "error" in shown or "syntax" in shown


def test_plain_gets_text_only_also_in_a_terminal(tmp_path):
    assert ESCAPE not in in_terminal([*NEW, "--no-flake-check", "--plain"], tmp_path)


def test_a_pipe_gets_text_only(tmp_path):
    assert ESCAPE not in nxc_scaffold(*QUICK, cwd=tmp_path).stderr


@pytest.mark.parametrize(
    "arguments", [["list", "stacks"], ["list", "releases"], ["describe", "oar.node"], ["config"]]
)
def test_lists_and_pages_fit_80_columns(tmp_path, arguments):
    lines = in_terminal(arguments, tmp_path).splitlines()
    assert len(lines) > 3
    assert max(len(line) for line in lines if "config.toml" not in line) <= 80  # paths stay whole


def test_a_list_in_a_pipe_has_a_line_for_each_entry():
    assert len(nxc_scaffold("list", "stacks").stdout.splitlines()) == len(CATALOG.stacks)


def test_tables_fit_80_columns(tmp_path):
    arguments = [*QUICK, *(f"--role=node{n}=oar.node,nfs.client" for n in range(9)), "--dry-run"]
    shown = in_terminal(arguments, tmp_path, NO_COLOR="1")
    table = shown.split("create")[0]
    text = re.sub(r"\x1b\[[0-9;]*m", "", table)
    assert "roles" in text
    assert max(len(line.rstrip("\r")) for line in text.splitlines()) <= 80
