"""Extras, pins and packages of stacks that become compositions: they are the whole project's."""

import pytest

from scaffold.answers.shared import joined, of_one_and_shared, with_shared
from scaffold.base.errors import InputError

ONE = {"extras": ["ci"], "pins": {"nxc": "a"}}
OTHER = {"extras": ["setup", "ci"], "pins": {"nxc": "b", "kapack": "c"}}


def test_what_one_has_and_what_all_share_is_told_apart():
    answers = {"roles": {}, "release": "25.05", "name": "x", "started_from": "s", **ONE}
    own, shared = of_one_and_shared(answers)
    assert own == {"roles": {}, "release": "25.05", "started_from": "s"}
    assert shared == ONE


def test_lists_are_put_together_and_tables_too():
    found = joined({}, [("one", ONE), ("other", {"extras": ["setup"], "pins": {"kapack": "c"}})])
    assert found == {"extras": ["ci", "setup"], "pins": {"nxc": "a", "kapack": "c"}}


def test_stacks_that_differ_are_refused_until_somebody_settles_it():
    with pytest.raises(InputError) as caught:
        joined({}, [("one", ONE), ("other", OTHER)])
    told = str(caught.value)
    assert "pins.nxc: stacks differ: 'a', and 'b' of other" in told
    assert "Give --pin nxc=REF" in told
    found = joined({"pins": {"nxc": "z"}}, [("one", ONE), ("other", OTHER)])
    assert found == {"extras": ["ci", "setup"], "pins": {"kapack": "c"}}


def test_what_a_project_says_stays_and_the_difference_is_told():
    found, differ = with_shared({"name": "lab", **ONE}, OTHER)
    assert found == {"extras": ["ci", "setup"], "pins": {"nxc": "a", "kapack": "c"}}
    assert differ == ["pins.nxc: 'a' stays, it wants 'b'"]
