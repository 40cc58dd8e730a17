"""Attributes that one set defines twice."""

import pytest

from scaffold.nixlang.parser import parse
from scaffold.nixlang.twice import defined_twice
from scaffold.system import nix
from scaffold.system.nix_errors import NixError

CASES = [
    ("{ a = 1; b = 2; }", 0),
    ("{ a = 1; a = 2; }", 1),
    ("{ a.b = 1; a.c = 2; }", 0),
    ("{ a.b = 1; a.b = 2; }", 1),
    ("{ a = 1; a.b = 2; }", 1),
    ("{ a.b = 1; a = 2; }", 1),
    ("{ a = { b = 1; }; a.c = 2; }", 0),
    ("{ a = { b = 1; }; a.b = 2; }", 1),
    ("{ a.b = 1; a = { b = 2; }; }", 1),
    ("{ a = { b = 1; }; a = { c = 2; }; }", 0),
    ("{ a = { b = { c = 1; }; }; a.b.c = 2; }", 1),
    ("{ a = f: { b = 1; }; c = { b = 1; }; }", 0),
    ("{ inherit (x) a; a = 1; }", 1),
    ("x: { inherit x; y = [ { x = 1; } { x = 2; } ]; }", 0),
    ("{ ${x} = 1; ${x} = 2; }", 0),
    ("let a = 1; a = 2; in a", 1),
    ("{ f = { ... }: { s.p.q = 1; s.p.q = 2; }; }", 1),
    ('{ "a" = 1; a = 2; }', 1),
]


@pytest.mark.parametrize(("text", "count"), CASES)
def test_bindings_that_define_what_another_does(text, count):
    assert len(defined_twice(parse(text))) == count


@pytest.mark.nix
@pytest.mark.usefixtures("nix_program")
@pytest.mark.parametrize(("text", "count"), CASES)
def test_nix_refuses_the_same(tmp_path, text, count):
    file = tmp_path / "a.nix"
    file.write_text(text.replace("${x}", "${y}").replace("(x) a", "(builtins) a"))
    said = ""
    try:
        nix.parse_all([file])
    except NixError as error:
        said = error.failure.message
    assert ("already defined" in said) == bool(count)


def test_deep_sets_are_no_trouble():
    deep = "{ a = " * 300 + "1" + "; }" * 300
    assert defined_twice(parse(deep)) == ()
