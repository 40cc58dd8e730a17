"""Edits of recorded answers: what is added, what goes with what is removed, what is refused."""

from __future__ import annotations

import copy

import pytest

from scaffold.answers import editing
from scaffold.answers.editing import Place
from scaffold.base.errors import InputError
from tests.building import CATALOG

ONE = {
    "name": "lab",
    "roles": {
        "ctl": {"count": 1, "parts": ["slurm.controller", "slurm.dbd"]},
        "node": {
            "count": 2,
            "parts": ["slurm.node", "nfs.client"],
            "options": {"nfs": {"client": {"mount": "/data"}}},
        },
        "store": {"count": 1, "parts": ["nfs.server"]},
    },
    "options": {"nfs": {"server": {"export": "/srv"}}, "slurm": {"x": 1}},
    "variants": {"large": {"counts": {"node": 8}}},
}
SEVERAL = {"compositions": {"a": {"roles": {"x": {"count": 1}}}, "b": {"roles": {"y": {}}}}}


def parts(raw, role):
    return raw["roles"][role]["parts"]


def told(call):
    with pytest.raises(InputError) as caught:
        call()
    return [f"{p.where}: {p.what}. {p.remedy}" for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("node", Place("node")),
        ("node:3", Place("node", 3)),
        ("hpc.node:3", Place("node", 3, "hpc")),
    ],
)
def test_places(text, place):
    assert Place.of(text, "--to") == place


@pytest.mark.parametrize("text", ["", ":3", "node:", "node:x", "node:-1", ".node"])
def test_what_is_no_place_is_told(text):
    assert told(lambda: Place.of(text, "--to"))[0].startswith(f"--to {text}")


def test_parts_are_added_once_and_a_role_is_made():
    before = copy.deepcopy(ONE)
    found = editing.add_parts(ONE, ["nfs.client", "mpi.node"], Place("node", 4), CATALOG)
    assert found["roles"]["node"]["count"] == 4
    assert parts(found, "node") == ["slurm.node", "nfs.client", "mpi.node"]
    found = editing.add_parts(found, ["web.server"], Place("www"), CATALOG)
    assert found["roles"]["www"] == {"count": 1, "parts": ["web.server"]}
    assert before == ONE, "the recorded answers are not touched"


def test_what_is_there_already_and_what_is_not_there_at_all_is_told():
    assert told(lambda: editing.add_parts(ONE, ["nfs.server"], Place("store"), CATALOG)) == [
        "add: the role store has nfs.server already. There is nothing to add"
    ]
    found = told(lambda: editing.add_parts(ONE, ["nfs.sever", "x.y"], Place("a"), CATALOG))
    assert "Did you mean nfs.server" in found[0]
    assert len(found) == 2


def test_options_go_with_the_last_role_that_has_the_part():
    found = editing.remove_parts(ONE, ["nfs.client"], [], CATALOG)
    assert "options" not in found["roles"]["node"]
    assert found["options"]["nfs"] == {"server": {"export": "/srv"}}
    found = editing.remove_parts(found, ["nfs.server"], [], CATALOG)
    assert "nfs" not in found["options"]
    assert found["options"]["slurm"] == {"x": 1}
    assert parts(found, "store") == []


def test_a_part_of_several_roles_is_removed_from_those_that_are_named():
    both = editing.add_parts(ONE, ["nfs.client"], Place("ctl"), CATALOG)
    (problem,) = told(lambda: editing.remove_parts(both, ["nfs.client"], [], CATALOG))
    assert problem == "remove nfs.client: ctl, node run it. Add --from ctl"
    found = editing.remove_parts(both, ["nfs.client"], [Place("ctl")], CATALOG)
    assert parts(found, "node") == ["slurm.node", "nfs.client"]
    places = [Place("ctl"), Place("node"), Place("store")]
    found = editing.remove_parts(both, ["nfs.client", "nfs.server"], places, CATALOG)
    assert [parts(found, at.role) for at in places] == [
        ["slurm.controller", "slurm.dbd"], ["slurm.node"], []
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "places", "message"),
    [
        (["web.server"], [], "no role was given it"),
        (["nfs.client"], [Place("store")], "none of the parts that store was given"),
        (["nfs.client"], [Place("nod")], "there is no role 'nod'. Did you mean node"),
        (["nope"], [], "there is no part 'nope'"),
    ],
)
def test_what_cannot_be_removed_is_told(names, places, message):
    assert message in told(lambda: editing.remove_parts(ONE, names, places, CATALOG))[0]


def test_a_role_goes_with_its_options_and_the_counts_of_variants():
    found = editing.remove_role(ONE, Place("node"), CATALOG)
    assert list(found["roles"]) == ["ctl", "store"]
    assert found["variants"] == {"large": {"counts": {}}}
    assert found["options"]["nfs"] == {"server": {"export": "/srv"}}
    only = {"roles": {"a": {"count": 1}}}
    assert "it is the only role" in told(lambda: editing.remove_role(only, Place("a"), CATALOG))[0]


def test_a_stack_adds_its_roles_and_what_the_project_says_counts_more():
    found = editing.add_stack(ONE, "nfs", {"client": ["ctl", "node"]}, CATALOG)
    assert list(found["roles"]) == ["ctl", "node", "store", "server"]
    assert parts(found, "ctl") == ["slurm.controller", "slurm.dbd", "nfs.client"]
    assert parts(found, "node") == ["slurm.node", "nfs.client"]
    assert found["options"] == ONE["options"]
    merged = editing.add_stack({"roles": {"server": {"count": 3, "parts": []}}}, "nfs", {}, CATALOG)
    assert merged["roles"]["server"] == {"count": 3, "parts": ["nfs.server"]}


@pytest.mark.parametrize(
    ("name", "onto", "message"),
    [
        ("nsf", {}, "there is no stack 'nsf'. Did you mean nfs"),
        ("nfs", {"clint": ["node"]}, "the stack has no role 'clint'. Did you mean client"),
        ("nfs", {"client": ["nod"]}, "the project has no role 'nod'. Did you mean node"),
    ],
)
def test_what_is_wrong_with_a_stack_is_told(name, onto, message):
    assert message in told(lambda: editing.add_stack(ONE, name, onto, CATALOG))[0]


def test_of_several_compositions_the_one_with_the_role_or_the_named_one_is_meant():
    found = editing.add_parts(SEVERAL, ["web.server"], Place("x"), CATALOG)
    assert found["compositions"]["a"]["roles"]["x"]["parts"] == ["web.server"]
    found = editing.add_parts(SEVERAL, ["web.server"], Place("z", composition="b"), CATALOG)
    assert list(found["compositions"]["b"]["roles"]) == ["y", "z"]
    for place, message in (
        (Place("z"), "which of the compositions a, b is meant is not said"),
        (Place("z", composition="c"), "there is no composition 'c'"),
    ):
        call = lambda place=place: editing.add_parts(SEVERAL, ["web.server"], place, CATALOG)  # noqa: E731
        assert message in told(call)[0]
    assert [str(place) for place, _ in editing.roles_of(SEVERAL)] == ["a.x", "b.y"]
    assert (
        "there is one composition"
        in told(lambda: editing.remove_role(ONE, Place("node", composition="a"), CATALOG))[0]
    )
