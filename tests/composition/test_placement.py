"""Values of options that the catalogue uses as a number or as a list of names; memory."""

import pytest

from scaffold.composition.placement import names_in, number
from tests.building import whole


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


def test_memory_is_asked_for_only_above_what_machines_have():
    beegfs = whole(
        "a=beegfs.mgmt,beegfs.meta,beegfs.storage", options={"beegfs": {"accept_license": True}}
    )
    assert beegfs.main.memory(beegfs.main.composition.roles[0]) == 0
    oar = whole("a=oar.server,oar.dbserver,oar.frontend", "n=oar.node")
    assert {oar.main.memory(role) for role in oar.main.composition.roles} == {2048}
