"""Formatting of what will be written: every file that nixfmt understands, none lost."""

import pytest

from scaffold.commands import formatting
from scaffold.commands.formatting import formatted
from scaffold.report.console import ConsoleReporter
from scaffold.report.reporter import Reporter
from scaffold.system import nix
from scaffold.writer.tree import Tree, text_file


def _texts(tree):
    return {str(path): file.content.decode() for path, file in tree.items()}


def test_nix_files_are_formatted_and_no_others(nixfmt_program):
    tree = Tree(
        [text_file("b/a.nix", "{a=1;}"), text_file("a.toml", "a=1"), text_file("b.nix", "1")]
    )
    assert _texts(formatted(tree, Reporter())) == {
        "a.toml": "a=1",
        "b.nix": "1\n",
        "b/a.nix": "{ a = 1; }\n",
    }


def test_what_nixfmt_fails_on_is_kept_and_told_and_the_rest_formatted(nixfmt_program, capsys):
    tree = Tree([text_file("bad.nix", "{a=;}"), text_file("good.nix", "{a=1;}")])
    assert _texts(formatted(tree, ConsoleReporter())) == {
        "bad.nix": "{a=;}",
        "good.nix": "{ a = 1; }\n",
    }
    told = capsys.readouterr().err
    assert "bad.nix is written unformatted: unexpected" in told
    assert "good.nix" not in told


def test_one_nixfmt_formats_all_the_files(nixfmt_program, monkeypatch):
    def refuse(text):
        pytest.fail("a second nixfmt was started")

    monkeypatch.setattr(nix, "nixfmt_format", refuse)
    formatted(Tree(text_file(f"{n}.nix", "{ }\n") for n in range(50)), Reporter())


def test_without_nixfmt_the_tree_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(formatting.process, "which", lambda name: None)
    tree = Tree([text_file("a.nix", "{a=1;}")])
    assert formatted(tree, Reporter()) is tree
