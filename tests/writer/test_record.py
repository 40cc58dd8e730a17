"""The written record in the answers file, and the comments that the user wrote there."""

from __future__ import annotations

import tomllib
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.answers import document
from scaffold.base.errors import InputError
from scaffold.nixlang import quote
from scaffold.writer.merging import blob_id
from scaffold.writer.record import HEAD, read, recorded, with_comments
from scaffold.writer.tree import Tree, state_file, text_file

STATE = PurePosixPath("state.toml")
TEXT = '# Answers given to nxc-scaffold.\nname = "lab"\n\n[roles.a]\ncount = 1\n'


def tree(text=TEXT):
    return Tree([
        text_file("a b.nix", "1"),
        text_file("b.nix", "2"),
        state_file("state.toml", text.encode(), lambda old: b"nxc-scaffold" in old),
    ])  # fmt: skip


def test_the_record_is_read_as_it_was_written():
    found = tomllib.loads(recorded(tree(), STATE, {})[STATE].content.decode())
    assert found["roles"] == {"a": {"count": 1}}
    assert read(found["written"], "state.toml") == {
        PurePosixPath("a b.nix"): blob_id(b"1"),
        PurePosixPath("b.nix"): blob_id(b"2"),
    }


def test_files_that_are_kept_stay_in_the_record():
    kept = {PurePosixPath("old.nix"): blob_id(b"3"), PurePosixPath("b.nix"): blob_id(b"4")}
    found = tomllib.loads(recorded(tree(), STATE, kept)[STATE].content.decode())["written"]
    assert found["old.nix"] == blob_id(b"3")
    assert found["b.nix"] == blob_id(b"2"), "what is written counts more"


@pytest.mark.parametrize(
    ("table", "where", "what"),
    [
        (3, "state.toml", "is not a table"),
        ({"../a": "0" * 40}, "state.toml: written.../a", "leaves its folder"),
        ({".git/config": "0" * 40}, "state.toml: written..git/config", "reserved name"),
        ({"a": "0" * 39}, "state.toml: written.a", "40 hexadecimal digits"),
        ({"a": 3}, "state.toml: written.a", "40 hexadecimal digits"),
    ],
)
def test_a_damaged_record_is_told(table, where, what):
    with pytest.raises(InputError) as caught:
        read(table, "state.toml")
    (problem,) = caught.value.problems
    assert problem.where == where
    assert what in problem.what


def test_a_state_file_of_somebody_else_stays_a_conflict():
    file = recorded(tree(), STATE, {})[STATE]
    assert file.merge is not None
    assert file.merge(b"theirs") is None
    assert file.merge(TEXT.encode()) == file.content


OLD = """\
# Answers given to nxc-scaffold. An older head: x --answers .nxc-scaffold.toml
# mine: about the whole
name = "lab" # mine: the "name" # twice

# mine: about the role
[roles.a]
count = 1 # mine: one
parts = [ # mine: list
    "a#b", # mine: item
]
# mine: the end
"""


def test_comments_of_the_user_stay_where_they_were():
    new = '# Answers given to nxc-scaffold.\nname = "new"\n\n[roles.a]\ncount = 2\n'
    assert with_comments(OLD.encode(), new.encode()).decode() == (
        "# Answers given to nxc-scaffold.\n"
        '# mine: about the whole\n# mine: the "name" # twice\n'
        "# mine: list\n# mine: item\n# mine: the end\n"
        'name = "new"\n\n'
        "# mine: about the role\n[roles.a]\n# mine: one\ncount = 2\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        "# Answers given to nxc-scaffold. To generate again: x --answers .nxc-scaffold.toml",
        document.HEAD,
    ],
)
def test_what_is_added_to_a_comment_of_the_tool_stays(head):
    old = f"{head} # mine: one\nname = 1\n{HEAD} mine: two\n[written]\n"
    new = f"{document.HEAD}\nname = 1\n\n{HEAD}\n[written]\n"
    assert with_comments(old.encode(), new.encode()).decode() == (
        f"{document.HEAD}\n# mine: one\nname = 1\n\n{HEAD}\n# mine: two\n[written]\n"
    )
    assert with_comments(new.encode(), new.encode()) == new.encode()


def test_comments_are_carried_once():
    new = b"# Answers given to nxc-scaffold.\ncount = 2\n"
    once = with_comments(OLD.encode(), new)
    assert with_comments(once, new) == once
    assert b"# mine: item" in once


@given(st.text())
def test_the_answers_are_the_same_whatever_was_there(old):
    new = recorded(tree(), STATE, {})[STATE].content
    found = with_comments(old.encode(errors="replace"), new)
    assert tomllib.loads(found.decode()) == tomllib.loads(new.decode())


CHECK = '# why\n[check]\nignore = ["NXC101"]  # the paper pins it\n'


@pytest.mark.parametrize("again", [1, 3])
def test_the_table_for_the_rules_stays_as_the_user_wrote_it(again):
    old = f"{TEXT}\n{CHECK}\n[later]\nx = 1\n".encode()
    for _ in range(again):
        old = recorded(tree(), STATE, {})[STATE].merge(old)
    text = old.decode()
    assert text.endswith(f"\n\n{CHECK}")
    assert text.count("[check]") == 1
    assert "[later]" not in text
    assert read(tomllib.loads(text)["written"], "state.toml")


def test_a_table_for_the_rules_that_has_no_head_is_kept_too():
    old = b"check.ignore = ['NXC1']\n" + TEXT.encode()
    found = tomllib.loads(recorded(tree(), STATE, {})[STATE].merge(old).decode())
    assert found["check"] == {"ignore": ["NXC1"]}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), max_size=5))
def test_no_selector_is_lost(names):
    table = quote.toml_document({"check": {"ignore": names}})
    old = f"{TEXT}\n{table}".encode()
    found = tomllib.loads(recorded(tree(), STATE, {})[STATE].merge(old).decode())
    assert found["check"] == {"ignore": names}
