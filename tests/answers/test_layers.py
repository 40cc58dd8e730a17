"""Every form of every flag, and what is told about a flag of no such form."""

import pytest

from scaffold.answers import layers
from scaffold.asking.layers import merge
from scaffold.base.errors import InputError
from tests.building import CATALOG


def given(**flags):
    return merge(layers.from_flags(flags, CATALOG))


def refused(**flags):
    with pytest.raises(InputError) as caught:
        layers.from_flags(flags, CATALOG)
    assert all(problem.remedy for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("key", ["name", "description", "default_flavour", "release"])
def test_plain_flags(key):
    assert given(**{key: "x"}) == {key: "x"}
    assert given(**{key: None}) == {}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("node", {"node": {}}),
        ("node:3", {"node": {"count": "3"}}),
        ("node=oar.node", {"node": {"parts": ["oar.node"]}}),
        ("node:3=oar.node,b", {"node": {"count": "3", "parts": ["oar.node", "b"]}}),
        ("node=", {"node": {"parts": []}}),
        ("node:", {"node": {"count": ""}}),
        ("", {"": {}}),
    ],
)  # fmt: skip
def test_forms_of_role(text, role):
    assert given(roles=[text]) == {"roles": role}


def test_roles_keep_their_order():
    assert list(given(roles=["b", "a", "c"])["roles"]) == ["b", "a", "c"]


def test_a_role_given_twice_is_told():
    (problem,) = refused(roles=["a=nfs.server", "a:2"])
    assert "--role: the role 'a' is given twice" in problem


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("nfs.server.export=/data", {"options": {"nfs": {"server": {"export": "/data"}}}}),
        ("oar.log_level=1", {"options": {"oar": {"log_level": "1"}}}),
        ("options.oar.log_level=1", {"options": {"oar": {"log_level": "1"}}}),
        ("roles.node.count=4", {"roles": {"node": {"count": "4"}}}),
        ("description=a=b", {"description": "a=b"}),
        ("description=", {"description": ""}),
        ("pins.nixpkgs=x", {"pins": {"nixpkgs": "x"}}),
    ],
)
def test_forms_of_set(text, answers):
    assert given(options=[text]) == answers


@pytest.mark.parametrize("text", ["", "x", "=x", "a..b=1", ".a=1", "a.=1"])
def test_what_is_no_setting_is_told(text):
    (problem,) = refused(options=[text])
    assert problem.startswith(f"--set: {text!r} is not KEY=VALUE. Write it as ")


def test_pins():
    assert given(pins=["nixpkgs=a", "nxc=b=c"]) == {"pins": {"nixpkgs": "a", "nxc": "b=c"}}


@pytest.mark.parametrize("text", ["", "nixpkgs", "=x"])
def test_what_is_no_pin_is_told(text):
    (problem,) = refused(pins=[text])
    assert problem.startswith("--pin: ")


def test_the_later_of_two_values_counts():
    assert given(options=["oar.log_level=1", "oar.log_level=2"])["options"]["oar"] == {
        "log_level": "2"
    }
    assert given(pins=["nxc=a", "nxc=b"]) == {"pins": {"nxc": "b"}}


@pytest.mark.parametrize("flags", [["vm", "docker"], ["vm,docker"], ["vm,", "docker"]])
def test_lists_are_repeated_or_separated_by_commas(flags):
    assert given(flavours=flags) == {"flavours": ["vm", "docker"]}
    assert given(extras=flags) == {"extras": ["vm", "docker"]}


def test_no_extras_at_all():
    assert given(extras=["none"]) == {"extras": []}


def test_lists_that_are_not_given_are_no_answer():
    assert given(flavours=[], extras=(), roles=[], options=[], pins=[]) == {}


def test_all_malformed_flags_are_told_at_once():
    assert len(refused(options=["x"], pins=["y"], roles=["a", "a"])) == 3


def test_each_flag_is_a_layer_that_names_it():
    found = layers.from_flags({"roles": ["a:0"], "pins": ["nxc=x"], "name": "n"}, CATALOG)
    assert {layer.source for layer in found} == {"--role a:0", "--pin nxc=x", "--name"}


def test_a_stack_is_a_layer_that_says_where_it_started():
    (layer,) = layers.stack_layers("nfs", CATALOG)
    assert layer.source == "stack nfs"
    assert layer.answers["started_from"] == "nfs"
    assert layers.stack_layers(None, CATALOG) == []


def test_an_unknown_stack_is_told_with_the_closest():
    with pytest.raises(InputError, match=r"no stack 'oar-nsf'. Did you mean oar-nfs\?"):
        layers.stack_layers("oar-nsf", CATALOG)


def test_a_stack_that_is_no_name_is_refused():
    with pytest.raises(InputError, match="there is no stack 3"):
        layers.stack_layers(3, CATALOG)


def test_roles_can_be_left_out():
    answers = {"name": "x", "roles": {"a": {}, "b": {}}}
    assert layers.without_roles(answers, ["a"]) == {"name": "x", "roles": {"b": {}}}
    assert layers.without_roles(answers, []) == answers


@pytest.mark.parametrize("roles", [{"node": {}}, {}, None, 3])
def test_an_unknown_role_cannot_be_left_out(roles):
    with pytest.raises(InputError, match="--drop-role: there is no role 'nod'"):
        layers.without_roles({"roles": roles}, ["nod"])
