"""Which names an expression takes from around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.migrate.adopt.names import NotUnderstoodError, free_names, surroundings
from scaffold.nixlang.nodes import walk
from scaffold.nixlang.parser import parse
from scaffold.survey.nix_file import NixFile


@pytest.mark.parametrize(
    ("text", "surely", "perhaps"),
    [
        ("a.b.c", {"a"}, set()),
        ("x: x y", {"y"}, set()),
        ("{ x, y ? z, ... }@all: x + y + all.w", {"z"}, set()),
        ("let a = b; b = c; in a", {"c"}, set()),
        ("let inherit x; in x", {"x"}, set()),
        ("let inherit (s) x; in x", {"s"}, set()),
        ("{ inherit x; y = z; }", {"x", "z"}, set()),
        ("rec { a = b; b = c; }", {"c"}, set()),
        ("with pkgs; [ a b ]", {"pkgs"}, {"a", "b"}),
        ('"${a} ${toString b}"', {"a", "b"}, set()),
        ("{ ${name} = 1; a.${x}.b = 2; }", {"name", "x"}, set()),
        ("import ./x.nix { inherit pkgs; }", {"pkgs"}, set()),
        ("builtins.map (x: true) null", set(), set()),
        ("a.${b} or c", {"a", "b", "c"}, set()),
        ("s ? ${n}", {"s", "n"}, set()),
    ],
)
def test_names_that_are_bound_inside_are_not_taken(text, surely, perhaps):
    found = free_names(parse(text))
    assert (found.surely, found.perhaps) == (surely, perhaps)


def around(text, mark="HERE"):
    """Return what the list that holds the name ``HERE`` needs of what is around it."""
    file = NixFile(Path("/x.nix"), text)
    node = next(n for n in walk(file.tree) if n.kind == "list" and mark in file.source(n))
    return file, surroundings(file, node)


def test_bindings_come_along_with_what_they_need_and_no_others():
    text = "{ pkgs, nur, ... }: let a = b 1; b = nur.x; c = pkgs; HERE = 2; in { r = [ HERE a ]; }"
    file, found = around(text)
    assert [file.text[b.start : b.end] for b in found.bindings] == [
        "a = b 1;",
        "b = nur.x;",
        "HERE = 2;",
    ]
    assert found.arguments == {"nur"}


def test_a_name_of_an_argument_counts_more_than_a_with_inside():
    _, found = around("{ pkgs, nur, HERE, ... }: { r = [ (with pkgs; [ nur.x htop HERE ]) ]; }")
    assert found.arguments == {"pkgs", "nur", "HERE"}
    assert found.scopes == ()


def test_a_with_around_comes_along():
    file, found = around("{ lib, HERE, ... }: with lib; { r = [ HERE mkForce ]; }")
    assert [file.source(scope) for scope in found.scopes] == ["lib"]
    assert "lib" in found.arguments


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ HERE, ... }@args: { r = [ HERE args ]; }", "all arguments of the composition as one"),
        ("{ HERE, ... }: { r = [ HERE nowhere ]; }", "nothing around it binds nowhere"),
    ],
)
def test_what_cannot_come_along_is_told(text, said):
    with pytest.raises(NotUnderstoodError, match=said):
        around(text)
