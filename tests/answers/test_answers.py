"""Answers: layers and their precedence, files of answers, and the composition they make."""

import io
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.answers import document
from scaffold.answers import project as project_of
from scaffold.answers.document import SCHEMA
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError
from tests.building import CATALOG, answered, compose
from tests.tools.random_compositions import random_composition

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
ONE_LINE = st.text(alphabet=CHARACTERS).filter(lambda text: len(text.strip().splitlines()) <= 1)


def refused(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    assert all(problem.remedy for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def file_with(tmp_path, text):
    file = tmp_path / "answers.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


# --- layers ---------------------------------------------------------------------------------------


def test_the_first_layer_is_the_strongest():
    layers = [Layer("flag", {"name": "a"}), Layer("file", {"name": "b", "release": "1"})]
    assert merge(layers) == {"name": "a", "release": "1"}


def test_tables_are_merged_key_by_key_and_lists_are_replaced():
    strong = {"roles": {"node": {"count": 5}}, "flavours": ["vm"]}
    weak = {"roles": {"node": {"count": 2, "parts": ["p"]}, "b": {}}, "flavours": ["docker", "vm"]}
    assert merge([Layer("", strong), Layer("", weak)]) == {
        "roles": {"node": {"count": 5, "parts": ["p"]}, "b": {}},
        "flavours": ["vm"],
    }


def test_merging_changes_no_layer():
    weak = {"roles": {"node": {"count": 2}}}
    merge([Layer("", {"roles": {"node": {"count": 5}}}), Layer("", weak)])
    assert weak == {"roles": {"node": {"count": 2}}}


@pytest.mark.parametrize(
    ("strong", "weak"), [({"a": 1}, {"a": {"b": 1}}), ({"a": {"b": 1}}, {"a": 1})]
)
def test_a_table_and_a_value_are_not_merged(strong, weak):
    assert merge([Layer("", strong), Layer("", weak)]) == strong


def test_a_problem_names_the_strongest_source():
    layers = [
        Layer("--role node:0", {"roles": {"node": {"count": "0"}}}),
        Layer("stack oar", {"roles": {"node": {"count": 2, "parts": ["oar.node"]}}}),
    ]
    raw = answered(**merge(layers))
    (problem,) = refused(project_of.build, raw, CATALOG, layers)
    assert problem.startswith("roles.node.count (--role node:0): 0 is too small")


def test_a_problem_of_the_stack_names_the_stack():
    layers = [Layer("--name", {"name": "a"}), Layer("stack x", {"roles": {"n": {"parts": ["no"]}}})]
    found = refused(project_of.build, answered(**merge(layers)), CATALOG, layers)
    assert "roles.n.parts (stack x): there is no part 'no'" in found[0]


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "name = lab",
        "[roles",
        b"\xff\xfe",
        "a = 1\na = 2",
        "count = " + "1" * 5000,
        "a = " + "[" * 5000,
        '{"name": "lab"}',
    ],
)
def test_what_is_no_toml_is_told_with_the_file(tmp_path, text):
    file = file_with(tmp_path, text)
    (problem,) = refused(document.load_file, file)
    assert problem.startswith(f"{file}: is not TOML: ")


@pytest.mark.parametrize("file", ["/dev/zero", "-"])
def test_what_has_no_end_is_no_answers_file(monkeypatch, file):
    document._standard_input.cache_clear()
    with Path("/dev/zero").open("rb") as endless:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(endless))
        (problem,) = refused(document.load_file, Path(file))
    assert f"cannot be read: it has more than {document.LIMIT} bytes" in problem


def test_a_long_answers_file_is_read_to_its_end(tmp_path):
    line = 'name = "lab"\n'
    whole = "#" * (document.LIMIT - len(line) - 1) + "\n" + line
    assert document.load_file(file_with(tmp_path, whole)).answers == {"name": "lab"}
    (problem,) = refused(document.load_file, file_with(tmp_path, whole + "\n"))
    assert "more than" in problem


def test_a_syntax_error_is_told_with_its_line(tmp_path):
    (problem,) = refused(document.load_file, file_with(tmp_path, 'name = "a"\nx = = 2\n'))
    assert "line 2" in problem


@pytest.mark.parametrize("missing", ["nothing.toml", "."])
def test_what_cannot_be_read_is_told(tmp_path, missing):
    (problem,) = refused(document.load_file, tmp_path / missing)
    assert "cannot be read" in problem
    assert "Give the path of an answers file" in problem


@pytest.mark.parametrize(
    "schema", [str(SCHEMA + 1), "99", "0", "-1", '"1"', "1.5", "[1]", "0x" + "f" * 5000]
)
def test_a_schema_of_another_version_is_refused(tmp_path, schema):
    (problem,) = refused(document.load_file, file_with(tmp_path, f"schema = {schema}\n"))
    assert "has schema" in problem
    assert f"knows up to {SCHEMA}" in problem
    assert "Update nxc-scaffold" in problem


def test_a_file_without_schema_is_of_this_one(tmp_path):
    layer = document.load_file(file_with(tmp_path, 'name = "a"'))
    assert layer.answers == {"name": "a"}


@pytest.mark.parametrize("started_from", [3, ["oar"], "a\x1b[31m", "a\nb"])
def test_what_it_started_from_is_text_that_a_terminal_does_not_act_on(started_from):
    with pytest.raises(InputError, match="started_from") as caught:
        project_of.parse({"started_from": started_from}, CATALOG)
    assert caught.value.problems[0].remedy


def test_an_unknown_key_is_told_with_the_closest():
    (problem,) = refused(project_of.build, answered("a", flavuors=["vm"]), CATALOG)
    assert problem == "flavuors: there is no such key. Did you mean flavours?"


def test_all_problems_are_told_at_once():
    raw = answered("A:0=nope", flavours=["x"], release="9", pins={"a": "b"}, nmae=1)
    assert len(refused(project_of.build, raw, CATALOG)) == 7


# --- what is missing ------------------------------------------------------------------------------


def test_a_missing_answer_names_its_flag():
    found = {p.where: p.remedy for p in project_of.missing({})}
    assert set(found) == {"name", "roles", "flavours", "release"}
    assert "--name NAME" in found["name"]
    assert "--stack STACK, or --role" in found["roles"]
    assert "--flavour FLAVOUR, or --defaults" in found["flavours"]
    assert "--release RELEASE, or --defaults" in found["release"]


def test_recommended_answers_are_never_put_in_the_place_of_given_ones():
    raw = {"name": "a", "roles": {"a": {}}, "flavours": ["docker"], "extras": []}
    filled = project_of.with_recommended(raw, CATALOG, all_of_them=True)
    assert filled["flavours"] == ["docker"]
    assert filled["default_flavour"] == "docker"
    assert filled["extras"] == []
    assert project_of.missing(filled) == []


def test_only_what_need_not_be_given_is_filled_in_without_defaults():
    filled = project_of.with_recommended({"name": "a"}, CATALOG, all_of_them=False)
    assert {p.where for p in project_of.missing(filled)} == {"roles", "flavours", "release"}
    assert "extras" in filled


# --- back to a file -------------------------------------------------------------------------------


def reloaded(composition):
    text = document.dump(composition)
    assert tomllib.loads(text)["schema"] == SCHEMA
    return project_of.build(tomllib.loads(text), CATALOG)


@given(st.integers(0, 10**6))
def test_what_is_dumped_makes_the_same_composition(seed):
    composition = random_composition(seed, CATALOG)
    assert reloaded(composition) == composition


@given(ONE_LINE)
def test_any_description_comes_back(text):
    composition = compose("a", description=text)
    assert composition.description == text.strip()
    assert reloaded(composition) == composition


def test_pins_and_the_start_come_back():
    composition = compose("a", pins={"nixpkgs": "a" * 40}, started_from="blank")
    assert reloaded(composition) == composition
    assert reloaded(composition).pins == {"nixpkgs": "a" * 40}


def test_the_order_of_flavours_and_extras_does_not_matter():
    one = compose("a", flavours=["docker", "vm"], default_flavour="vm", extras=["setup", "ci"])
    other = compose("a", flavours=["vm", "docker"], default_flavour="vm", extras=["ci", "setup"])
    assert one == other


def test_the_order_of_roles_is_kept():
    assert [role.name for role in reloaded(compose("z", "a", "m")).main.roles] == ["z", "a", "m"]
