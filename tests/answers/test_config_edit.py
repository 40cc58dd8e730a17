"""Setting keys of the config: the key changes, and no other byte."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.answers.config_edit import with_key

TEXT = """\
# My defaults.
release = "24.11"  # as on the cluster # really
"flavours" = [
    "vm", # here
]
plain = true

[check]
release = "not this one"
"""


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("release", "25.05", 'release = "24.11"  #', 'release = "25.05"  #'),
        ("plain", None, "plain = true\n", ""),
        ("flavours", ["vm", "docker"], '"flavours" = [\n    "vm", # here\n]',
         'flavours = [\n    "vm",\n    "docker",\n]'),
        ("author", "Ada", "\n[check]", '\nauthor = "Ada"\n[check]'),
    ],
)  # fmt: skip
def test_only_the_key_changes(key, value, before, after):
    assert with_key(TEXT, key, value) == TEXT.replace(before, after)


def test_a_file_without_a_last_newline_and_none_at_all():
    assert with_key("plain = true", "author", "A") == 'plain = true\nauthor = "A"\n'
    assert with_key("", "author", "A") == 'author = "A"\n'
    assert with_key("", "author", None) == ""


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.text())
def test_what_is_set_is_read_again(value, other):
    value, other = value.replace("\x7f", ""), other.encode("utf-8", "replace").decode()
    text = with_key(TEXT, "author", value)
    found = tomllib.loads(text)
    assert found.pop("author") == value
    assert found == tomllib.loads(TEXT)
    assert with_key(text, "author", None) == TEXT
