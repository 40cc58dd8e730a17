"""The screens read out, as ``--plain`` and dumb terminals have them: numbered lists and lines."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from scaffold.base.errors import Interrupted
from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.terminal import looks
from scaffold.terminal.menu import Answer, Item, Key, Menu
from scaffold.terminal.screen import Text
from scaffold.terminal.screens import screen
from scaffold.terminal.spoken import Spoken
from tests.keyboard import CTRL_C, drawn, typed

MENU = Menu(
    "Fruit",
    (
        Item(
            "a", "red", "apple", keys=(Key("x", "delete"),), explanation=lambda: ["It has a core."]
        ),
        Item("b", "yellow", "banana", problems=("it is bent",)),
        Item("c", "red", "cherry", refused="with apple"),
    ),
    (Key("w", "write"),),
)


def lines(*texts):
    return "".join(f"{text}\r" for text in texts)


def choose(menu, *texts):
    return typed(lines(*texts), lambda: Spoken().choose(menu))


def test_a_list_is_numbered_and_says_what_can_be_typed():
    answer, shown = choose(MENU, "2")
    assert answer == Answer("enter", "b")
    shown = " ".join(shown.split())
    for line in (
        "Fruit",
        "1. apple red",
        "2. banana yellow",
        "problem at 2: it is bent",
        "3. cherry red (not with apple)",
        "Type a number to choose; x and a number: delete; w: write; ? and a number: explains; "
        "<: goes back.",
    ):
        assert line in shown, line


@pytest.mark.parametrize(
    ("typing", "answer"),
    [
        (["w"], Answer("w", "")),
        (["x 1"], Answer("x", "a")),
        (["x1"], Answer("x", "a")),
        (["<"], Answer("<", "")),
        (["9", "x 2", "nonsense", "1"], Answer("enter", "a")),
        (["3", "2"], Answer("enter", "b")),
    ],
)
def test_keys_are_typed_with_the_number_of_the_entry(typing, answer):
    assert choose(MENU, *typing)[0] == answer


def test_an_entry_is_explained():
    answer, shown = choose(MENU, "? 1", "w")
    assert "It has a core." in shown
    assert answer.key == "w"


def test_what_is_refused_says_why():
    _, shown = choose(MENU, "3", "w")
    assert "cherry cannot be chosen: with apple" in shown


def test_entries_are_ticked_one_by_one_and_an_empty_line_ends_it():
    menu = Menu("Fruit", MENU.items, ticked=("a",), least=1)
    answer, shown = choose(menu, "1", "", "2", "")
    assert answer.ticked == ("b",)
    assert "apple is not chosen any more" in shown
    assert "Choose at least 1." in shown
    assert "banana is chosen" in shown


def test_a_word_narrows_a_long_list():
    menu = Menu("Fruit", MENU.items, filters=True)
    answer, shown = choose(menu, "yell", "1")
    assert answer == Answer("enter", "b")
    assert "1. banana yellow" in shown


def test_a_line_says_what_is_there_and_an_empty_one_takes_it():
    ask = Text("Name", "lab", lambda t: t != "bad" or "It is bad.", "What it is called.")
    found, shown = typed(lines("bad", "?", ""), lambda: Spoken().line(ask))
    assert found == "lab"
    for told in ("What it is called.", "Now: lab", "It is bad."):
        assert told in shown


def test_an_interrupt_is_one():
    ended, _ = typed(CTRL_C, lambda: Spoken().choose(MENU))
    assert isinstance(ended, Interrupted)


@pytest.mark.parametrize("dumb", [True, False])
def test_dumb_terminals_are_spoken_to(monkeypatch, dumb):
    monkeypatch.setenv("TERM", "dumb" if dumb else "xterm")
    looks.speak_plainly(wanted=False)
    assert isinstance(screen(), Spoken) is dumb


COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")


@pytest.fixture
def plain(tmp_path, monkeypatch, capsys):
    """Run ``new --plain`` as in a terminal; return exit code, what was shown, and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    for module in ("new", "pipeline"):
        monkeypatch.setattr(f"scaffold.commands.{module}.formatted", lambda tree, _: tree)

    def call(*texts):
        argv = ["nxc-scaffold", "new", "lab", "--plain", "--no-check", "--no-git"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, shown = drawn(lines(*texts), main.main)
        looks.speak_plainly(wanted=False)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), shown, capsys.readouterr().err

    return call


def saved():
    return tomllib.loads(Path("lab/.nxc-scaffold.toml").read_text())


def row(shown, start):
    """The number of a row that was read out last."""
    found = re.findall(rf"(\d+)\. (?:\w+: |role |option )?{start}", shown)
    assert found, (start, shown)
    return found[-1]


def test_nfs_with_three_clients_on_vm_and_docker(plain):
    _, shown, _ = plain("nfs", "1")
    client, flavours = row(shown, "client"), row(shown, "flavours")
    code, shown, err = plain("nfs", "1", f"+ {client}", flavours, "3", "", "w")
    assert code == 0, (err, shown)
    assert saved()["roles"]["client"]["count"] == 3
    assert saved()["flavours"] == ["vm", "docker"]
    assert not COLOUR.search(shown)
    assert not set("\u00bb\u25cf\u25cb\u2500") & set(shown)


def test_a_part_that_is_missing_is_told_and_added(plain):
    _, shown, _ = plain("from scratch", "1")
    add = row(shown, r"\+ add a role")
    way = ["from scratch", "1", add, "cl", "nfs.client", "1", ""]
    _, shown, _ = plain(*way)
    assert "needs nfs.server, which no role has" in shown
    code, shown, err = plain(*way, f"m {row(shown, 'cl,')}", "1", "w")
    assert code == 0, (err, shown)
    assert saved()["roles"]["server"]["parts"] == ["nfs.server"]


def test_rows_say_what_they_are_without_their_place(plain):
    _, shown, _ = plain("oar-nfs", "1", "q")
    told = " ".join(shown.split())
    for words in (
        "role server, 1 host, runs oar.server, oar.dbserver and nfs.server",
        "role node, 2 hosts, runs oar.node and nfs.client",
        "option users.names: user1, user2",
        "release: 2",
        "description: OAR cluster with the users' homes on NFS",
    ):
        assert words in told, words


def test_leaving_writes_nothing_and_resume_goes_on(plain):
    code, _, err = plain("nfs", "1", "q")
    assert code == 130
    assert "Go on with --resume" in " ".join(err.split())
    assert not Path("lab").exists()
