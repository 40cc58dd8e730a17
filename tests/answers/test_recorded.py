"""Recorded answers that are not of their form are refused by name, and not replaced."""

from __future__ import annotations

import pytest

from scaffold.answers.editing import Place, add_parts, remove_role
from scaffold.answers.recorded import count_of, parts_in, table_in
from scaffold.base.errors import InputError
from tests.building import CATALOG


def test_a_table_is_returned_itself_so_that_it_can_be_changed() -> None:
    holder: dict[str, object] = {"roles": {"node": {}}}
    table_in(holder, "roles")["more"] = {}
    assert holder == {"roles": {"node": {}, "more": {}}}


def test_parts_are_a_list_or_text_with_commas() -> None:
    assert parts_in({"parts": ["nfs.server"]}) == parts_in({"parts": "nfs.server"})
    assert parts_in({}) == []


def test_a_count_is_one_where_none_is_recorded() -> None:
    assert (count_of({}), count_of({"count": 3})) == (1, 3)


@pytest.mark.parametrize("roles", [3, {"node": "many"}, {"node": {"parts": 7}}])
def test_an_edit_refuses_what_is_not_of_its_form(roles: object) -> None:
    with pytest.raises(InputError):
        add_parts({"roles": roles}, ["nfs.server"], Place("node"), CATALOG)
    with pytest.raises(InputError):
        remove_role({"roles": roles}, Place("node"), CATALOG)


def test_a_count_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="many"):
        count_of({"count": "many"})
