"""Whatever the user typed comes back unchanged from the language it was written into."""

import ast
import json
import re
import subprocess
import sys
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scaffold.nixlang import quote

ENCODABLE = st.text(st.characters(exclude_categories=["Cs"]))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NASTY = [
    "",
    "plain",
    "${pkgs.hello}",
    "$${x}",
    "$$${x}",
    "\\${x}",
    '"; builtins.abort "x',
    "''${x}''",
    "a\r\nb\nc\td",
    "\\",
    "$",
    "{{ x }} {% y %}",
    "é ☃ \U0001f600 \u2028 \x85 \x7f \ufeff",
]


def nix_json(expression):
    """Evaluate without a store: neither a daemon nor a writable /nix is needed."""
    done = subprocess.run(
        ["nix-instantiate", "--store", "dummy://", "--eval", "--strict", "--json", "-"],
        input=expression.encode(),
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def nixfmt(text):
    done = subprocess.run(
        ["nixfmt", "--filename", "x.nix", "-"], input=text.encode(), capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.mark.nix
@given(st.lists(TEXT, max_size=30))
@example(NASTY)
@settings(max_examples=20)
def test_a_nix_string_evaluates_to_the_text(nix_program, texts):
    assert nix_json("[" + " ".join(map(quote.nix_string, texts)) + "]") == texts


@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "x\udfff"])
@pytest.mark.parametrize("function", [quote.nix_string, quote.sh_word])
def test_what_no_c_string_or_utf8_file_can_hold_is_refused(function, bad):
    with pytest.raises(ValueError, match="holds a"):
        function(bad)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1), TEXT, st.just("w" * 90)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("ab-0é"), inner, max_size=2)
    ),
    max_leaves=12,
)


@pytest.mark.nix
@given(VALUES)
@example({"a b": [1, -2, None, True], "if": {"x": []}, "or": {}, "a'": "${x}"})
@settings(max_examples=40)
def test_a_nix_value_evaluates_to_the_python_value(nix_program, value):
    assert nix_json(quote.nix_value(value)) == value


def flat(value):
    """The same value on one line, which leaves the layout to nixfmt."""
    if isinstance(value, dict):
        return "{ " + "".join(f"{quote.nix_attr(k)} = {flat(v)}; " for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[ " + "".join(f"{element(v)} " for v in value) + "]"
    return quote.nix_value(value)


def element(value):
    text = flat(value)
    return f"({text})" if text.startswith("-") else text


@given(VALUES)
@example([{"a": ["w" * 90]}])
@example([["w" * 88]])
@example({"a": [{"b": {}}, {"b": {"c": 1}}]})
@settings(max_examples=150)
def test_the_layout_is_the_one_nixfmt_chooses(nixfmt_program, value):
    ours = f"{{\n  first = 1;\n  key = {quote.nix_value(value, 2, used=6)};\n}}\n"
    assert nixfmt(f"{{ first = 1; key = {flat(value)}; }}") == ours
    assert nixfmt(ours) == ours


@pytest.mark.parametrize("length", range(80, 92))
def test_a_list_of_one_breaks_at_the_same_column_as_in_nixfmt(nixfmt_program, length):
    ours = f"{{\n  first = 1;\n  key = {quote.nix_value(['w' * length], 2, used=6)};\n}}\n"
    assert nixfmt(ours.replace("[\n    ", "[ ").replace("\n  ]", " ]")) == ours


def test_raw_expressions_stand_as_they_are_and_get_parentheses_in_lists():
    value = {"a": quote.nix_raw("f x"), "b": [quote.nix_raw("f x"), quote.nix_raw("pkgs.jq")]}
    expected = "{\n  a = f x;\n  b = [\n    (f x)\n    pkgs.jq\n  ];\n}"
    assert quote.nix_value(value) == expected


@pytest.mark.parametrize("value", [1.5, object(), b"x", {1, 2}])
def test_a_value_without_a_nix_form_is_refused(value):
    with pytest.raises(TypeError):
        quote.nix_value([value])


def test_an_integer_that_nix_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="64 bits"):
        quote.nix_value(2**63)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("parts/x.nix", "./parts/x.nix"),
        ("./x.nix", "./x.nix"),
        ("a b/x.nix", '(./. + "/a b/x.nix")'),
        ("${x}.nix", '(./. + "/\\${x}.nix")'),
    ],
)
def test_paths_are_relative_to_the_file(path, expected):
    assert quote.nix_path(path) == expected
    assert quote.nix_value([quote.nix_path(path)]) == f"[ {expected} ]"


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../b", "", "a//b", "./", "a/."])
def test_paths_that_leave_the_project_are_refused(path):
    with pytest.raises(ValueError, match="inside the project"):
        quote.nix_path(path)


@given(ENCODABLE)
@example("a\nb\rc\u2028d\x85e\x0bf\x1eg\0h")
def test_no_text_leaves_a_nix_comment(text):
    lines = quote.nix_comment(text, 2).split("\n")
    assert all(re.fullmatch(r" *#( .*)?", line) for line in lines)
    assert not any(set("\r\0\u2028\x85\x0b") & set(line) for line in lines)


@pytest.mark.nix
@given(st.lists(ENCODABLE, min_size=1, max_size=20))
@settings(max_examples=15)
def test_nix_reads_a_comment_as_nothing(nix_program, texts):
    body = "\n".join(quote.nix_comment(text) for text in texts)
    assert nix_json(f"{body}\n[ 1 ]") == [1]


@given(ENCODABLE)
@example("-*- coding: rot13 -*-")
@example("vim: set fileencoding=utf-7 :")
def test_python_reads_a_comment_as_nothing(text):
    source = quote.py_comment(text) + "\nx = 1\n"
    assert len(ast.parse(source.encode()).body) == 1


@given(st.text())
@example("it's \"both\" '' \\ \n \0 \ud800")
def test_a_python_literal_evaluates_to_the_text(text):
    literal = quote.py_string(text)
    assert ast.literal_eval(literal) == text
    assert "\n" not in literal


@given(TEXT)
@settings(max_examples=15)
def test_ruff_leaves_a_python_literal_alone(text):
    source = f"x = {quote.py_string(text)}\n"
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "-"],
        input=source.encode(),
        capture_output=True,
    )
    assert done.stdout.decode() == source


@given(TEXT)
@example("'; rm -rf / #")
@settings(max_examples=25)
def test_the_shell_sees_the_text(text):
    script = f"printf %s {quote.sh_word(text)}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode() == text


def test_just_interpolates_nothing_and_gets_no_second_line():
    assert quote.just_word("{{x}}") == "'{{{{x}}'"
    with pytest.raises(ValueError, match="line end"):
        quote.just_word("a\nb")


@given(ENCODABLE)
@example("\x7f\x00\x1f\"\\'")
def test_toml_reads_the_text(text):
    assert tomllib.loads(f"x = {quote.toml_string(text)}") == {"x": text}
    assert tomllib.loads(quote.toml_document({"a": {text: [text, {"b": text}]}})) == {
        "a": {text: [text, {"b": text}]}
    }


def test_toml_refuses_none_and_says_where():
    with pytest.raises(ValueError, match=r"roles\.node\[1\]\.x is None"):
        quote.toml_document({"roles": {"node": [1, {"x": None}]}})


@given(ENCODABLE)
def test_json_and_yaml_read_the_text(text):
    assert json.loads(quote.json_value(text)) == text
    assert json.loads(quote.yaml_string(text)) == text
    assert json.loads(quote.json_document({"x": [text]})) == {"x": [text]}
    assert quote.json_document({}).endswith("}\n")


@given(ENCODABLE)
def test_yaml_gets_no_character_that_it_forbids_or_folds(text):
    body = quote.yaml_string(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", body)


@pytest.mark.parametrize("function", [quote.json_value, quote.json_document, quote.toml_string])
def test_json_refuses_what_utf8_cannot_encode(function):
    with pytest.raises(ValueError, match="surrogate"):
        function("\ud800")


def unescaped(markdown):
    """Markdown without its backslash escapes: what is left is active."""
    return re.sub(r"\\[!-/:-@\[-`{-~]", "", markdown)


@given(ENCODABLE)
@example("[x](javascript:y) <b> `c` | *d* _e_ ~f~ $g$ ![h](i)")
@example("a\\")
def test_no_text_is_active_in_markdown(text):
    line = quote.md_text(text)
    assert "\n" not in line
    assert not set("`*_[]|~<>$\\") & set(unescaped(line))
    assert not re.search(r"&(?!amp;|lt;|gt;)", line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("12) item", r"12\) item"),
        ("--- ", r"\---"),
        ("-1 +2 #3", "-1 +2 #3"),
        ("25.05 and x-y", "25.05 and x-y"),
        ("see https://x.org or www.x.org", r"see https\://x.org or www\.x.org"),
        ("a\n\n# b", "a # b"),
        ("<script> & co", "&lt;script&gt; &amp; co"),
    ],
)
def test_markdown_stays_readable(text, expected):
    assert quote.md_text(text) == expected


@given(ENCODABLE)
@example("a`b``c")
@example("`")
def test_inline_code_survives_backticks(text):
    code = quote.md_code(text)
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not shown:
        assert code == ""
        return
    fence = re.match("`+", code)[0]
    inner = code[len(fence) : -len(fence)]
    assert fence not in re.findall("`+", inner)
    assert (inner[1:-1] if inner[0] == " " else inner) == shown


def test_inline_code_keeps_its_table_cell():
    assert quote.md_code("a|b", in_table=True) == "`a\\|b`"


@given(ENCODABLE)
@example('"] --> x; click %%{init: {}}%% <b>')
def test_nothing_leaves_a_mermaid_label(text):
    label = quote.mermaid_label(text)
    assert re.fullmatch(r'"([^"\n<>%{}`&\\#;]|#\d+;)*"', label)


def test_every_language_has_a_filter():
    names = {"nix", "nixattr", "py", "sh", "toml", "json", "md", "mdcode", "mermaid", "yaml"}
    filters = quote.jinja_filters()
    assert names | {"nixcomment", "pycomment"} <= set(filters)
    assert filters["nix"]("${x}") == '"\\${x}"'
