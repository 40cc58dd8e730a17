"""Single values: one validator for prompts, flags and files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.base import values
from scaffold.base.errors import show
from scaffold.base.values import InvalidError
from scaffold.catalogue.services import OptionSpec
from scaffold.catalogue.values import of_option, path, path_or_empty, user_names


def refused(check, *args):
    with pytest.raises(InvalidError) as caught:
        check(*args)
    assert caught.value.what
    assert caught.value.remedy[0].isupper()
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "number"), [(2, 2), ("2", 2), (" 12 ", 12), ("-3", -3), ("+4", 4)]
)
def test_whole_numbers_are_taken_as_numbers_and_as_text(value, number):
    assert values.integer(value) == number


@pytest.mark.parametrize(
    "value",
    [
        "",
        "two",
        "1.5",
        1.5,
        True,
        None,
        [1],
        "--5",
        "+-5",
        "- 5",
        "1_000",
        "0x10",
        "²",
        "9" * 13,
        {},
    ],
)
def test_what_is_no_whole_number_is_refused(value):
    message = refused(values.integer, value)
    assert show(value) in message
    assert "is not a whole number. Give a number such as 2." in message


def test_numbers_outside_their_bounds_are_refused_with_the_bound():
    assert refused(values.integer, 0, 1, 9) == "0 is too small. Give at least 1."
    assert refused(values.integer, "10", 1, 9) == "10 is too large. Give at most 9."
    assert (values.integer(1, 1, 9), values.integer(9, 1, 9)) == (1, 9)


def test_a_number_that_python_does_not_write_is_refused_too():
    assert "is too large" in refused(values.integer, 16**5000, 1, 9)


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text()), st.binary())
)
def test_integer_returns_a_number_or_refuses(value):
    try:
        found = values.integer(value, -5, 5)
    except InvalidError:
        return
    assert -5 <= found <= 5


@pytest.mark.parametrize("yes", [True, "true", "Yes", "Y"])
@pytest.mark.parametrize("no", [False, "false", "NO", "n"])
def test_yes_and_no(yes, no):
    assert values.boolean(yes) is True
    assert values.boolean(no) is False


@pytest.mark.parametrize("value", [1, 0, "", "maybe", None])
def test_what_is_neither_yes_nor_no_is_refused(value):
    assert "is neither yes nor no" in refused(values.boolean, value)


@pytest.mark.parametrize("value", ["a,b", " a , b ,", ["a", " b "], ("a", "b")])
def test_lists_are_taken_from_files_and_from_text(value):
    assert values.listed(value) == ["a", "b"]


@pytest.mark.parametrize("value", [1, None, {"a": 1}])
def test_what_is_no_list_is_refused(value):
    assert "is not a list" in refused(values.listed, value)


def test_a_list_of_something_else_is_refused():
    assert "1 is not text" in refused(values.listed, ["a", 1])


def test_text_that_no_file_can_hold_is_refused():
    assert "no file can hold" in refused(values.text, "a\0b")
    assert "no file can hold" in refused(values.text, "a\udcff")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b"])
def test_a_line_is_one_line(end):
    assert "has several lines" in refused(values.line, f"a{end}b")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_line_comes_back_unchanged_but_for_blanks_around_it(text):
    if len(text.strip().splitlines()) <= 1:
        assert values.line(text) == text.strip()
    else:
        refused(values.line, text)


def test_an_unknown_name_is_refused_with_the_closest():
    assert refused(values.one_of, "dokcer", ["vm", "docker"], "flavour") == (
        "there is no flavour 'dokcer'. Did you mean docker?"
    )


def test_a_name_like_no_other_is_refused_with_all_of_them():
    assert "Choose from vm, docker" in refused(values.one_of, "zzz", ["vm", "docker"], "flavour")


def test_a_number_is_taken_for_a_name_that_looks_like_one():
    assert values.one_of(25.05, ["25.05"], "release") == "25.05"


def test_what_is_given_twice_is_refused():
    assert "'a' is given twice" in refused(values.unique, ["a", "b", "a"])


@pytest.mark.parametrize("value", ["alice, bob", ["alice", "bob"]])
def test_users(value):
    assert user_names(value) == ["alice", "bob"]


@pytest.mark.parametrize("name", ["root", "Alice", "1a", "a b", "nixbld1", "a" * 33, "a;b", "é"])
def test_bad_users_are_refused(name):
    assert repr(name) in refused(user_names, [name])


def test_no_user_at_all_is_refused():
    assert "there is no user" in refused(user_names, "")


@pytest.mark.parametrize(
    "name", ["jq", "python3Packages.numpy", "linuxPackages_6_12", "xorg.xeyes"]
)
def test_packages(name):
    assert values.packages(name) == [name]


@pytest.mark.parametrize("name", ["a..b", ".a", "a b", "a;", "if", "${x}", "a.let"])
def test_bad_packages_are_refused(name):
    assert show(name) in refused(values.packages, [name])


@pytest.mark.parametrize("folder", ["/data", "/srv/a.b", "/a@b/c+d"])
def test_paths(folder):
    assert path(folder) == folder


@pytest.mark.parametrize(
    "folder", ["data", "/", "/a/", "/a//b", "/a/../b", "/etc/x", "/nix", "/a b", "/$x"]
)
def test_bad_paths_are_refused(folder):
    assert repr(folder) in refused(path, folder)


def test_an_empty_path_is_told_as_empty():
    assert refused(path, "").startswith("is empty")


def test_a_path_may_be_empty_where_that_means_none():
    assert path_or_empty(" ") == ""
    assert path_or_empty("/data") == "/data"
    refused(path_or_empty, "data")


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("integer", "3", 3),
        ("choice", "b", "b"),
        ("bool", "yes", True),
        ("users", "alice", ["alice"]),
        ("packages", "jq", ["jq"]),
        ("path", "/data", "/data"),
        ("path-or-empty", "", ""),
        ("line", " x ", "x"),
        ("text", "a\nb", "a\nb"),
    ],
)
def test_every_type_of_option(kind, value, result):
    bounds = {"minimum": 1, "maximum": 4, "choices": ("a", "b")}
    spec = OptionSpec(key="k", type=kind, default=None, help="", **bounds)
    assert of_option(spec, value) == result


def test_long_values_are_shortened_in_messages():
    assert len(show("x" * 500)) == 60
