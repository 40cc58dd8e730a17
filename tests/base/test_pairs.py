"""Texts of the form NAME=VALUE, and every flag that takes them."""

import pytest

from scaffold.base.errors import InputError
from scaffold.base.pairs import all_pairs
from tests.running import nxc_scaffold


def test_all_after_the_first_equals_sign_is_the_value():
    (found,) = all_pairs(["a=b=c"], "--x", "NAME=VALUE", "n=v")
    assert (found.name, found.value) == ("a", "b=c")


@pytest.mark.parametrize("text", ["", "a", "=", "=b", "a="])
def test_what_is_no_pair_is_told_with_an_example(text):
    with pytest.raises(InputError) as caught:
        all_pairs([text, "good=1"], "--x", "NAME=VALUE", "n=v")
    assert str(caught.value) == f"--x: {text!r} is not NAME=VALUE. Write it as n=v."


def test_a_value_may_be_empty_where_that_means_something():
    (found,) = all_pairs(["a="], "--x", "NAME=VALUE", "n=v", may_be_empty=True)
    assert found.value == ""


@pytest.mark.parametrize("flag", ["--nix-option", "--override-input"])
@pytest.mark.parametrize(
    "command",
    [
        ("new", "lab", "--stack", "nfs", "--defaults"),
        ("multi", "lab", "--composition", "nfs", "--composition", "web"),
        ("package", "hello"),
        ("phases", "hello"),
    ],
    ids=lambda command: command[0],
)
def test_what_goes_to_nix_is_checked_before_anything_is_done(tmp_path, command, flag):
    if command[0] == "package" and flag == "--override-input":
        return
    done = nxc_scaffold(*command, flag, "foo", cwd=tmp_path)
    assert done.returncode == 2
    assert f"{flag}: 'foo' is not NAME=" in done.stderr
    assert list(tmp_path.iterdir()) == []
