"""An edit changes what it names, and keeps every other byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.nixlang.edits import (
    Edit,
    apply_edits,
    delete_binding,
    insert_binding,
    insert_element,
    replace_node,
)
from scaffold.nixlang.lookup import binding_of, bindings_of, value_of
from scaffold.nixlang.parser import parse
from scaffold.nixlang.places import offset_of, position

TEXT = """{
  # about a
  a = 1; # one
  b.c = [ 1 2 ];
  b = { d.e = 2; };
  inherit f;
}
"""


def with_element(text: str) -> str:
    node = parse(text)
    return apply_edits(text, [insert_element(text, node, "x")])


def without(path: str, *, comments: bool = False, text: str = TEXT) -> str:
    binding = binding_of(parse(text), path)
    assert binding is not None
    return apply_edits(text, [delete_binding(text, binding, comments=comments)])


def test_an_attribute_path_is_found_however_it_is_written() -> None:
    tree = parse(TEXT)
    for path, text in [("a", "1"), ("b.c", "[ 1 2 ]"), ("b.d.e", "2"), ("b", "{ d.e = 2; }")]:
        node = value_of(tree, path)
        assert node is not None
        assert TEXT[node.start : node.end] == text
    assert value_of(tree, "b.d") is None
    assert value_of(tree, "f") is None
    assert len(list(bindings_of(tree, ["b"]))) == 2
    assert [b.names for b in bindings_of(tree, ["f"])] == [("f",)]


def test_a_binding_goes_with_its_line_and_its_comments_when_asked() -> None:
    assert without("a") == TEXT.replace("  a = 1; # one\n", "")
    assert without("a", comments=True) == TEXT.replace("  # about a\n  a = 1; # one\n", "")
    assert without("b.d.e") == TEXT.replace(" d.e = 2;", "")
    crlf = TEXT.replace("\n", "\r\n")
    assert without("a", text=crlf) == crlf.replace("  a = 1; # one\r\n", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[ ]", "[ x ]"),
        ("[]", "[ x ]"),
        ("[ a ]", "[\n  a\n  x\n]"),
        ("[\n  a # why\n  # last\n]", "[\n  a # why\n  x\n  # last\n]"),
        ("[\n  a ]", "[\n  a x ]"),
        ("[\r\n  a\r\n]", "[\r\n  a\r\n  x\r\n]"),
        ("[\n  # none\n]", "[\n  # none\n  x\n]"),
    ],
)
def test_an_element_is_added_to_a_list(before: str, after: str) -> None:
    assert with_element(before) == after
    assert len(parse(after).children) == len(parse(before).children) + 1


def test_a_binding_is_added_to_a_set_of_one_line() -> None:
    text = "{ a = 1; c = 2; }"
    node = parse(text)
    among = [(str(b.path[0]), b) for b in node.bindings]
    for name, after in [("b", "{ a = 1; b = 3; c = 2; }"), ("d", "{ a = 1; c = 2; d = 3; }"),
                        ("A", "{ A = 3; a = 1; c = 2; }")]:  # fmt: skip
        assert apply_edits(text, [insert_binding(text, node, [name], "3", among)]) == after


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])
    with pytest.raises(ValueError, match="leaves the text"):
        apply_edits("abc", [Edit(2, 4, "x")])
    assert apply_edits("abc", [Edit(1, 1, "1"), Edit(1, 1, "2"), Edit(1, 2, "b")]) == "a12bc"


@given(st.text(alphabet="aé\n\r \udcff😀", max_size=30), st.integers(0, 30))
def test_a_place_leads_back_to_its_offset(text: str, at: int) -> None:
    offset = min(at, len(text))
    line, column = position(text, offset)
    start = offset - (column - 1)
    in_bytes = len(text[start:offset].encode("utf-8", "surrogateescape")) + 1
    assert offset_of(text, line, in_bytes) == offset


def test_a_value_is_replaced_in_a_file_that_is_no_utf_8() -> None:
    content = b"{ a = 1; # \xe9\r\n}"
    text = content.decode("utf-8", "surrogateescape")
    node = value_of(parse(text), "a")
    assert node is not None
    new = apply_edits(text, [replace_node(node, "2")])
    assert new.encode("utf-8", "surrogateescape") == content.replace(b"1", b"2")
