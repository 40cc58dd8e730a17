"""Facts that two places need are the same in both."""

from scaffold.catalogue.reading import load_catalog
from scaffold.checks.target import nixpkgs_ends


def test_the_ends_of_support_are_those_of_the_catalogue():
    releases = load_catalog().releases.values()
    told = {r.name: r.end_of_support for r in releases if r.end_of_support is not None}
    assert told
    assert {name: nixpkgs_ends().get(name) for name in told} == told
