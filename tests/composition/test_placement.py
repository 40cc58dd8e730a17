"""Values of options that the catalogue uses as a number or as a list of names."""

import pytest

from scaffold.composition.placement import names_in, number


def test_a_number_is_returned():
    assert number(3) == 3


@pytest.mark.parametrize("value", ["3", ["3"]])
def test_what_is_no_number_is_told(value):
    with pytest.raises(TypeError, match="is used as a number"):
        number(value)


def test_names_are_returned():
    assert names_in(["ada", "bob"]) == ["ada", "bob"]


@pytest.mark.parametrize("value", ["ada", 3])
def test_what_is_no_list_is_told(value):
    with pytest.raises(TypeError, match="is used as a list"):
        names_in(value)
