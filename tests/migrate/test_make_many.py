"""Roles that are multiplied by hand become one role and its number, where that is certain."""

import pytest

from tests.migrate.fields import FILES, left, upgraded

COMPOSITION = """\
{ pkgs, helpers, setup, ... }:
{
  roles =
    let
      count = 2;
      node = { ... }: { }; # computes
    in
    {
      server = { ... }: { };
    }
    // helpers.makeMany node "node" count;

  testScript = "node2.succeed('true')";
}
"""


def composed(folder, text: str, target: str = "25.05") -> str:
    return upgraded(folder, target, {**FILES, "composition.nix": text}).draft.text(
        "composition.nix"
    )


def test_a_role_and_its_number_take_the_place_of_the_call(tmp_path):
    assert composed(tmp_path, COMPOSITION) == COMPOSITION.replace("      count = 2;\n", "").replace(
        '{ ... }: { };\n    }\n    // helpers.makeMany node "node" count;\n',
        "{ ... }: { };\n      inherit node;\n    };\n\n  rolesDistribution = { node = 2; };\n",
    )


def test_it_is_done_once(tmp_path):
    first = composed(tmp_path / "a", COMPOSITION)
    assert composed(tmp_path / "b", first) == first


def test_a_number_that_something_else_uses_stays(tmp_path):
    text = COMPOSITION.replace("server = { ... }: { };", "server = { ... }: { x = count; };")
    found = composed(tmp_path, text)
    assert "      count = 2;\n" in found
    assert "rolesDistribution = { node = 2; };" in found


def test_several_calls_and_a_distribution_that_is_there(tmp_path):
    more = 'count // helpers.makeMany (import ./gpu.nix) "gpu" 3;'
    text = COMPOSITION.replace("count;", f"{more}\n  rolesDistribution = {{ server = 2; }};")
    found = composed(tmp_path, text)
    assert "makeMany" not in found
    assert "inherit node; gpu = (import ./gpu.nix);" in found
    for each in ("server = 2;", "node = 2;", "gpu = 3;"):
        assert each in found[found.index("rolesDistribution") :]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("count;", "setup.params.nodes;"),  # not known here
        ("count = 2", "count = 1"),  # one host has another name on docker
        ('"node"', '"node1"'),  # host names would run together
        ("makeMany", "makeManyById"),  # each host differs
        ("// helpers.makeMany node", "// (x: x) helpers.makeMany node"),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(tmp_path, old, new):
    text = COMPOSITION.replace(old, new)
    assert composed(tmp_path / "a", text) == text
    outcome = upgraded(tmp_path / "b", "25.05", {**FILES, "composition.nix": text})
    assert ("make-many" in left(outcome)) == ("makeManyById" not in text)


def test_before_22_11_the_call_is_fine(tmp_path):
    from tests.migrate.fields import FLAKE

    files = {**FILES, "flake.nix": FLAKE.replace("/22.11", "/nixos-21.11")}
    outcome = upgraded(tmp_path, "22.05", {**files, "composition.nix": COMPOSITION})
    assert "makeMany" in outcome.draft.text("composition.nix")
