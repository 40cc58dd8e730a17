"""Every question has one validator, which reports all that is wrong with an answer."""

import pytest

from scaffold.answers.flags import FLAGS
from scaffold.answers.parsers import Context
from scaffold.answers.questions import QUESTIONS, chosen_parts, has_options
from tests.building import CATALOG

BY_KEY = {question.key: question for question in QUESTIONS}


def parse(key, value):
    ctx = Context(CATALOG)
    return BY_KEY[key].parse(value, ctx), [str(problem) for problem in ctx.problems]


def good(key, value):
    result, found = parse(key, value)
    assert found == []
    return result


def bad(key, value):
    _, found = parse(key, value)
    assert found
    return found


def test_every_question_has_a_flag_and_every_flag_a_question():
    assert [question.flag for question in QUESTIONS] == list(FLAGS)
    assert all(question.help.endswith((".", "none.")) for question in QUESTIONS)


@pytest.mark.parametrize("name", ["lab", "my-lab_2", "A"])
def test_names(name):
    assert good("name", f" {name} ") == name


@pytest.mark.parametrize("name", ["", "1lab", "a b", "a/b", "../x", ".", "é", "a" * 65, 3, None])
def test_bad_names(name):
    (problem,) = bad("name", name)
    assert problem.startswith("name: ")


def test_a_description_is_one_line():
    assert good("description", "any 'text' ${x}") == "any 'text' ${x}"
    assert "several lines" in bad("description", "a\nb")[0]


def test_a_role_has_a_count_parts_and_packages():
    (role,) = good("roles", {"node": {"count": "3", "parts": "oar.node", "packages": ["jq"]}})
    assert (role.name, role.count, role.parts, role.packages) == ("node", 3, ("oar.node",), ("jq",))


def test_a_role_alone_is_one_host_without_parts():
    (role,) = good("roles", {"node": {}})
    assert (role.count, role.parts) == (1, ())


NO_ROLES = [
    "Node", "my--node", "1node", "_n", "é", "", "a b", "x" * 49, "if", "let", "rec", "inherit",
    "class", "lambda", "print", "match", "type", "machine", "machines", "driver", "log", "subtest",
    "retry", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_ROLES)
def test_names_that_a_role_cannot_have(name):
    (problem,) = bad("roles", {name: {}})
    quoted = repr(name) if name else "is empty"
    assert problem.startswith(f"roles.{name}: {quoted}"[:40])
    assert "Choose a name such as node" in problem


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (0, "0 is too small. Give at least 1"),
        (-1, "-1 is too small. Give at least 1"),
        (10**6, "1000000 is too large. Give at most 1000"),
        ("1e3", "'1e3' is not a whole number"),
        (1.0, "1.0 is not a whole number"),
        (True, "True is not a whole number"),
        ("", "'' is not a whole number"),
    ],
)
def test_counts_that_a_role_cannot_have(count, reason):
    (problem,) = bad("roles", {"node": {"count": count}})
    assert problem.startswith(f"roles.node.count: {reason}")


def test_an_unknown_part_is_told_with_the_closest():
    (problem,) = bad("roles", {"node": {"parts": ["oar.nod"]}})
    assert "roles.node.parts: there is no part 'oar.nod'. Did you mean oar.node?" in problem


def test_a_part_given_twice_is_told():
    assert "'oar.node' is given twice" in bad("roles", {"n": {"parts": "oar.node,oar.node"}})[0]


def test_every_problem_of_the_roles_is_told_at_once():
    found = bad("roles", {"A": {"count": 0}, "b": {"parts": ["nope"], "cuont": 1}, "c": 3})
    assert len(found) == 5


def test_an_unknown_key_of_a_role_is_told_with_the_closest():
    (problem,) = bad("roles", {"node": {"cuont": 2}})
    assert "roles.node.cuont: there is no such key. Did you mean count?" in problem


@pytest.mark.parametrize("value", [{}, [], "node", 3, None])
def test_what_is_no_table_of_roles(value):
    (problem,) = bad("roles", value)
    assert problem.startswith("roles: ")


def test_options_of_services_and_parts_are_sorted_out():
    given = {"oar": {"log_level": "1"}, "nfs": {"server": {"export": "/data"}}}
    assert good("options", given) == {"oar": {"log_level": "1"}, "nfs.server": {"export": "/data"}}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nsf": {}}, "options.nsf: there is no such key. Did you mean nfs?"),
        ({"nfs": {"sever": {}}}, "options.nfs.sever: there is no such key. Did you mean server?"),
        ({"nfs": {"server": {"exprot": 1}}}, "Did you mean export?"),
        ({"nfs": {"server": {"export": "x"}}}, "options.nfs.server.export: 'x' must be absolute"),
        ({"nfs": {"server": 3}}, "options.nfs.server: 3 is not a table"),
        ({"oar": {"log_level": 9}}, "there is no choice '9'"),
        ({"nfs": []}, "options.nfs: [] is not a table"),
        ([], "options: [] is not a table"),
    ],
)
def test_bad_options(options, message):
    (problem,) = bad("options", options)
    assert message.replace("absolute", "")[:30] in problem


def test_a_role_has_values_of_part_options_only():
    role = {"options": {"oar": {"log_level": "1"}}}
    (problem,) = bad("roles", {"node": role})
    assert problem.startswith("roles.node.options.oar.log_level: there is no such key")


def test_flavours_are_a_list_of_known_ones():
    assert good("flavours", "vm, docker") == ["vm", "docker"]
    assert "Did you mean docker?" in bad("flavours", ["dokcer"])[0]
    assert "at least one flavour" in bad("flavours", [])[0]
    assert "'vm' is given twice" in bad("flavours", ["vm", "vm"])[0]
    assert "3 is not a list" in bad("flavours", 3)[0]


def test_the_default_flavour_is_a_known_one():
    assert good("default_flavour", "vm") == "vm"
    assert "Did you mean nspawn?" in bad("default_flavour", "nspwan")[0]


def test_the_release_is_a_row_of_the_table():
    newest = CATALOG.default_release
    assert good("release", newest) == newest
    assert good("release", float(newest)) == newest
    (problem,) = bad("release", newest.replace(".", ","))
    assert f"Did you mean {newest}?" in problem


@pytest.mark.parametrize("ref", ["nixos-25.05", "a" * 40, "feature/x", "v1.2+3"])
def test_pins(ref):
    assert good("pins", {"nixpkgs": ref}) == {"nixpkgs": ref}


@pytest.mark.parametrize("ref", ["", "a b", "a..b", "-x", "a?b", "${x}", '"', "x.lock", 3])
def test_bad_pins(ref):
    (problem,) = bad("pins", {"nixpkgs": ref})
    assert problem.startswith("pins.nixpkgs: ")


def test_an_unknown_input_is_told_with_the_closest():
    assert "Did you mean nixpkgs?" in bad("pins", {"nixpgks": "x"})[0]


def test_extras_may_be_none_at_all():
    assert good("extras", []) == []
    assert good("extras", "ci,justfile") == ["ci", "justfile"]
    assert "Did you mean justfile?" in bad("extras", ["justfle"])[0]


@pytest.mark.parametrize("roles", [None, 3, {"a": 3}, {"a": {"parts": 3}}, {"a": {}}])
def test_what_is_no_role_chooses_no_part(roles):
    assert chosen_parts({"roles": roles}) == []


def test_options_are_asked_only_when_the_parts_have_some():
    assert not has_options({"roles": {"a": {}}}, CATALOG)
    assert has_options({"roles": {"a": {"parts": ["nfs.client"]}}}, CATALOG)


def recommended(key, *parts):
    return BY_KEY[key].recommended({"roles": {"a": {"parts": list(parts)}}}, CATALOG)


def test_recommended_answers_avoid_what_the_parts_exclude():
    assert recommended("flavours") == ["vm", "docker"]
    assert "nspawn" not in recommended("flavours", "nfs.server")
    assert recommended("release") == CATALOG.default_release


def test_the_first_flavour_is_the_recommended_default():
    question = BY_KEY["default_flavour"]
    assert question.recommended({"flavours": "docker,vm"}, CATALOG) == "docker"
    assert question.recommended({"flavours": 3}, CATALOG) is None
    assert not question.asked({"flavours": ["vm"]}, CATALOG)
    assert question.asked({"flavours": ["vm", "docker"]}, CATALOG)


def test_a_problem_names_the_source_of_the_answer():
    ctx = Context(
        CATALOG, source=lambda key: "--role a:0" if key == ("roles", "a", "count") else ""
    )
    BY_KEY["roles"].parse({"a": {"count": 0}}, ctx)
    assert ctx.problems[0].where == "roles.a.count (--role a:0)"
