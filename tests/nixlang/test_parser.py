"""The parser accepts and rejects what nix does, and knows where everything stands."""

import subprocess
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.nixlang.lexer import comments
from scaffold.nixlang.nodes import walk
from scaffold.nixlang.parser import NixSyntaxError, parse

GOOD = [
    "{ pkgs ? import <nixpkgs> { }, ... }@args: with pkgs; rec { inherit (lib) a b; c.d = 1; }",
    'let x = "a${toString 1}$\\${no}"; in { "quoted" = x; ${x} = 2; }',
    "''\n  ''${kept} ${toString 1} '''\n''",
    "[ ./a/b ./x/${y}.nix ~/z <nixpkgs/lib> 1.5 (-1) ]",
    "x: y: if x then y.a.b or { } else !y ? a.b && (a -> b)",
    "a: assert a; /* comment } */ a // { b = 1; } # end",
    "https://example.org/x.tar.gz",
    "rec { or = 1; a = { x, y ? 2, }: x; }",
    "{ }:{ }",
]
BAD = [
    "{ a = 1 }",
    "{ a = ; }",
    "{ a = 1; ",
    '{ a = "open; }',
    "{ a = ''open; }",
    "/* open",
    "{ a = 1; } }",
    "let a = 1; { }",
    "[ a = 1 ]",
    "{ a, b",
    "",
    "( 1",
    "{ inherit (a b; }",
    "if a then b",
]


@pytest.mark.parametrize("text", GOOD)
def test_nix_is_accepted(text: str) -> None:
    node = parse(text)
    assert all(0 <= n.start < n.end <= len(text) for n in walk(node))


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_nix_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(NixSyntaxError) as caught:
        parse("\n\n" + text)
    assert caught.value.line == 3


@pytest.mark.nix
@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_nix_says_the_same(text: str, nix_program: str) -> None:
    argv = ["nix-instantiate", "--store", "dummy://", "--parse", "-"]
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    accepted = done.returncode == 0 or "undefined variable" in done.stderr
    assert accepted == (text in GOOD)


@given(st.text(alphabet="{}[]()=;:.?@\"'$\\/*# \nabc01let in", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(NixSyntaxError):
        assert parse(text).end <= len(text)


def test_deep_nesting_is_refused_and_no_crash() -> None:
    with pytest.raises(NixSyntaxError, match="nested too deeply"):
        parse("(" * 5000 + "1" + ")" * 5000)


def test_a_function_tells_what_it_takes():
    node = parse("{ a, b ? [ c ], ... }@all: a")
    assert node.formals is not None
    assert (node.formals.names, node.formals.open, node.formals.whole) == (("a", "b"), True, "all")
    assert node.names == ("a", "b", "all")
    default = node.formals.arguments[1].default
    assert default is not None
    assert default.kind == "list"
    assert node.children == (default, node.children[-1])


def test_the_name_of_the_whole_may_stand_first():
    node = parse("all@{ a }: a")
    assert node.formals is not None
    assert (node.formals.whole, node.formals.open, node.names) == ("all", False, ("all", "a"))


def test_a_function_of_a_plain_name_has_no_formals():
    assert parse("x: x").formals is None


#: Expressions and the same ones with all their parentheses, as the Nix manual ranks operators.
GROUPED = [
    ("a // b // c", "(a // (b // c))"),
    ("a // b ++ c", "(a // (b ++ c))"),
    ("a + b - c * d", "((a + b) - (c * d))"),
    ("!a ? b && c -> d || e", "(((!(a ? b)) && c) -> (d || e))"),
    ("f a // g b", "((f a) // (g b))"),
    ("-a + b", "((-a) + b)"),
    ("!a == b", "((!a) == b)"),
    ("a == b // c", "(a == (b // c))"),
    ("a ++ b ++ c ? d", "(a ++ (b ++ (c ? d)))"),
]


def grouped(text: str) -> str:
    def told(node):
        match node.kind:
            case "operation" if node.text == "?":
                return f"({told(node.children[0])} ? {'.'.join(node.names)})"
            case "operation" if len(node.children) == 1:
                return f"({node.text}{told(node.children[0])})"
            case "operation":
                left, right = map(told, node.children)
                return f"({left} {node.text} {right})"
            case "apply":
                return f"({' '.join(map(told, node.children))})"
        return text[node.start : node.end]

    return told(parse(text))


@pytest.mark.parametrize(("text", "parentheses"), GROUPED)
def test_operators_bind_as_in_nix(text: str, parentheses: str) -> None:
    assert grouped(text) == parentheses


@pytest.mark.nix
@pytest.mark.parametrize(("text", "parentheses"), GROUPED)
def test_nix_groups_them_the_same(text: str, parentheses: str, nix_program: str) -> None:
    known = "a: b: c: d: e: f: g: "
    argv = ["nix-instantiate", "--store", "dummy://", "--parse", "-E"]
    one, other = (
        subprocess.run([*argv, known + t], capture_output=True, text=True, check=True, timeout=60)
        for t in (text, parentheses)
    )
    assert one.stdout == other.stdout


@pytest.mark.parametrize("text", ["(%s1%s)", "[ %s1%s ]", "{ a = %s1%s; }", "!%s1%s"])
def test_files_nested_some_hundred_levels_deep_are_read(text: str) -> None:
    before, _, after = text.partition("%s1%s")
    deep = (before * 900) + "1" + (after * 900)
    assert sum(1 for _ in walk(parse(deep))) > 900


@pytest.mark.parametrize("opening", ["(", "[", "{ a = ", "!", "- ", "a: ", "if a then b else "])
def test_files_too_deep_are_refused_and_no_crash(opening: str) -> None:
    with pytest.raises(NixSyntaxError, match="nested too deeply"):
        parse(opening * 20000)


def test_what_is_computed_is_in_the_tree() -> None:
    tree = parse('{ ${a}.b = 1; inherit (x) "${c}"; d = e.${f} ? ${g}; }')
    assert {node.text for node in walk(tree) if node.kind == "name"} == {*"acefgx"}


def test_a_byte_order_mark_is_told() -> None:
    with pytest.raises(NixSyntaxError, match="byte order mark"):
        parse("\ufeff{ }")


def test_comments_are_given_with_their_places() -> None:
    text = "# one\n{ a = \"# no ${b /* two */} # no\"; /* three\n */ b = ''# no''; } # four"
    found = comments(text)
    assert [c.text for c in found] == ["# one", "/* two */", "/* three\n */", "# four"]
    assert all(text[c.start : c.end] == c.text for c in found)


def test_the_same_text_is_parsed_once() -> None:
    assert parse("{ a = 1; }") is parse("{ a = 1; }")
