"""Package names complete from a cached list, and no list is no fault."""

import json

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from scaffold.system import process
from scaffold.terminal import packages


def completed(typed):
    found = packages.completer().get_completions(Document(typed), CompleteEvent())
    return [completion.text for completion in found]


@pytest.fixture
def cached():
    file = packages.cache_file()
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(["jq", "jqp", "htop", 7]))
    return file


def test_the_last_name_of_a_list_is_completed(cached):
    assert completed("htop, jq") == ["jq", "jqp"]
    assert completed("ht") == ["htop"]


def test_nothing_typed_offers_nothing(cached):
    assert completed("htop, ") == []


@pytest.mark.parametrize("text", ["", "{", '{"jq": 1}', "[1, 2]"])
def test_an_unusable_list_completes_nothing(cached, text):
    cached.write_text(text)
    assert completed("jq") == []


def test_what_nix_answers_is_kept(monkeypatch):
    answer = process.Completed(("nix-instantiate",), 0, '["hello"]', "", 0.0)
    monkeypatch.setattr(process, "run", lambda *_, **__: answer)
    packages.refresh()
    assert packages.names() == ["hello"]


@pytest.mark.parametrize("code_and_text", [(1, '["hello"]'), (0, "no JSON"), (0, '"hello"')])
def test_a_nix_that_cannot_answer_leaves_no_list(monkeypatch, code_and_text):
    code, text = code_and_text
    answer = process.Completed(("nix-instantiate",), code, text, "", 0.0)
    monkeypatch.setattr(process, "run", lambda *_, **__: answer)
    packages.refresh()
    assert not packages.cache_file().exists()
