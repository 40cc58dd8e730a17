"""The rows of a project's screen and what operations make of its answers. No terminal here."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.answers import project
from scaffold.base.errors import InputError, Problem
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.terminal.project_editors import pins_and_support
from scaffold.terminal.project_rows import missing_parts, rows
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.row_places import kinds_of, place, row_id
from tests.building import CATALOG

NFS = {"server": {"parts": ["nfs.server"]}, "client": {"count": 2, "parts": ["nfs.client"]}}
PARTS = [part.id for part in CATALOG.parts.values() if not part.hidden]


def state(roles=None, **more):
    raw = {"name": "lab", "roles": NFS if roles is None else roles, **more}
    return ProjectState(raw, CATALOG, {})


def filled(one):
    return project.with_recommended(one.effective(), CATALOG, all_of_them=True)


def problems(one):
    try:
        rules.check(ProjectTopology(project.build(filled(one), CATALOG), CATALOG))
    except InputError as error:
        return list(error.problems)
    return []


def told(one):
    """What is told at which row."""
    return {i.id: i.problems for i in rows(one, filled(one), problems(one)) if i.problems}


# --- rows and problems ----------------------------------------------------------------------------


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_every_stack_has_rows_and_only_a_licence_is_in_the_way(stack):
    one = ProjectState({"name": "lab", **CATALOG.stacks[stack].answers}, CATALOG, {})
    found = rows(one, filled(one), problems(one))
    assert len({item.id for item in found}) == len(found)
    assert set(told(one)) <= {"option:beegfs.accept_license"}
    for item in found:
        assert list(item.explanation()), item.id


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.fixed_dictionaries(
            {
                "parts": st.lists(st.sampled_from(PARTS), max_size=4, unique=True),
                "count": st.sampled_from([1, 2, 1000]),
            }
        ),
        min_size=1,
    ),
    st.lists(st.sampled_from(list(CATALOG.flavours)), min_size=1, max_size=3, unique=True),
    st.sampled_from(list(CATALOG.releases)),
)
def test_every_problem_is_told_on_some_row_and_names_no_flag(roles, flavours, release):
    one = state(roles, flavours=flavours, release=release)
    wrong = problems(one)
    found = told(one)
    assert bool(wrong) == bool(found)
    for texts in found.values():
        assert not [text for text in texts if " --" in text]


@pytest.mark.parametrize(
    ("where", "row"),
    [
        ("roles.client.count", "role:client"),
        ("roles.client.options.nfs.client.x", "role:client"),
        ("roles (nfs.client)", "role:client"),
        ("roles", "add:"),
        ("flavours", "flavours:"),
        ("release", "release:"),
        ("pins.kapack", "pins:"),
        ("options", "options:"),
        ("nfs.server.export", "option:nfs.server.export"),
        ("options.oar", "options:"),
        ("variants.large: roles.a", "variants:"),
        ("packages_from.pulse", "packages_from:"),
        ("something else", "name:"),
    ],
)
def test_a_problem_has_its_place(where, row):
    assert place(state(), Problem(where, "is wrong", "Mend it")) == row


@pytest.mark.parametrize("row", [("role", "a", ""), ("role", "a", "oar"), ("option", "a.b/c", "")])
def test_ids_of_rows_are_taken_apart_again(row):
    assert kinds_of(row_id(*row)) == row


def test_a_missing_partner_is_known_with_who_needs_it():
    assert missing_parts(state({"a": {"parts": ["nfs.client"]}})) == {"nfs.server": ["a"]}
    assert missing_parts(state()) == {}


# --- operations -----------------------------------------------------------------------------------


def test_counts_stay_within_bounds():
    one = state()
    one.add_to_count("server", -1)
    assert one.count("server") == 1
    one.set_role("server", count=1000)
    one.add_to_count("server", 1)
    assert one.count("server") == 1000


def test_a_copy_is_next_to_the_role_and_independent_of_it():
    one = state()
    assert one.duplicate_role("client") == "clientb"
    one.set_role("clientb", parts=[])
    assert list(one.roles()) == ["server", "client", "clientb"]
    assert one.parts("client") == ["nfs.client"]


def test_variants_follow_a_renamed_role():
    one = state(variants={"large": {"counts": {"client": 8}}})
    one.rename_role("client", "desk")
    assert list(one.roles()) == ["server", "desk"]
    assert one.raw["variants"] == {"large": {"counts": {"desk": 8}}}


def test_every_change_can_be_taken_back_to_the_start():
    one = state()
    before = one.raw
    one.add_to_count("client", 1)
    one.duplicate_role("client")
    one.delete_role("server")
    one.give(release="24.11")
    while one.undo():
        pass
    assert one.raw == before


def test_files_that_are_the_users_alone_have_a_row_when_there_are_any():
    def shown(one):
        return {kinds_of(row.id)[0]: row.text for row in rows(one, filled(one), ())}

    assert "kept" not in shown(state())
    assert shown(state(kept=["flake.nix", "test_script.py"]))["kept"] == "flake.nix, test_script.py"


def test_modules_of_a_role_go_through_renaming_and_copying():
    roles = {**NFS, "client": {**NFS["client"], "modules": ["./parts/mine.nix"]}}
    one = state(roles)
    one.rename_role("client", "worker")
    copy = one.duplicate_role("worker")
    assert one.roles()["worker"]["modules"] == ["./parts/mine.nix"]
    assert one.roles()[copy]["modules"] == ["./parts/mine.nix"]


def test_what_means_nothing_is_kept_but_does_not_count():
    one = state(options={"nfs": {"server": {"export": "/x"}}, "oar": {"log_level": "4"}})
    assert one.effective()["options"] == {"nfs": {"server": {"export": "/x"}}}
    one.delete_role("server")
    assert one.effective()["options"] == {"nfs": {}}
    one.set_role("other", parts=["nfs.server"])
    assert one.effective()["options"]["nfs"] == {"server": {"export": "/x"}}


def test_an_unknown_option_is_left_for_the_validator():
    assert state(options={"nope": {"a": 1}}).effective()["options"] == {"nope": {"a": 1}}


def test_a_default_flavour_that_is_not_chosen_any_more_does_not_count():
    one = state(flavours=["vm"], default_flavour="docker")
    assert "default_flavour" not in one.effective()
    one.give(flavours=["vm", "docker"])
    assert one.effective()["default_flavour"] == "docker"


def test_the_usual_value_of_an_option_is_not_kept():
    one = state()
    export = next(o for o in one.options() if o.key == "nfs.server.export")
    one.set_option(export, "/data")
    assert one.raw["options"] == {"nfs": {"server": {"export": "/data"}}}
    one.set_option(export, export.spec.default)
    assert one.raw["options"] == {}


def test_another_stack_keeps_name_and_flags():
    one = ProjectState({"name": "lab", "roles": NFS, "release": "24.11", "pins": {"nxc": "x"}},
                       CATALOG, {"release": "24.11"})  # fmt: skip
    one.start_from({**CATALOG.stacks["oar"].answers, "started_from": "oar"})
    assert list(one.roles()) == ["server", "frontend", "node"]
    assert (one.raw["name"], one.raw["release"]) == ("lab", "24.11")


# --- several compositions -------------------------------------------------------------------------


def test_each_composition_has_rows_of_its_own():
    one = ProjectState({"compositions": {"x": {"roles": NFS}, "y": {"roles": {}}}}, CATALOG, {})
    found = [item.id for item in rows(one, {**one.effective(), "flavours": ["vm"]}, ())]
    assert found[:4] == ["x/member:x", "x/role:server", "x/role:client", "x/add:"]
    assert "y/add:" in found
    assert "compositions:" in found
    one.add_to_count("client", 1, "x")
    assert one.raw["compositions"]["x"]["roles"]["client"]["count"] == 3
    one.rename_member("x", "z")
    one.delete_member("y")
    assert one.members == ("z",)


@pytest.mark.parametrize(
    ("where", "row"),
    [
        ("compositions", "compositions:"),
        ("compositions.x: roles.client", "x/role:client"),
        ("compositions.x: nfs.server.export", "x/option:nfs.server.export"),
        ("compositions.x", "x/member:x"),
        ("packages_from.p", "packages_from:"),
        ("release", "release:"),
    ],
)
def test_a_problem_of_one_composition_is_at_its_rows(where, row):
    one = ProjectState({"compositions": {"x": {"roles": NFS}}}, CATALOG, {})
    assert place(one, Problem(where, "is wrong", "Mend it")) == row


@pytest.mark.parametrize("name", CATALOG.releases)
def test_the_question_of_the_release_tells_the_end_of_support(name):
    row = CATALOG.releases[name]
    text = pins_and_support(row)
    assert text.endswith(f" · until {row.end_of_support}")
    assert f"nixpkgs nixos-{name} · nxc " in text
    assert len(f"   {name}  {text}") <= 80  # one line of the smallest terminal


def test_a_release_without_a_known_end_tells_its_pins_only():
    row = msgspec.structs.replace(CATALOG.releases["26.05"], end_of_support=None)
    assert pins_and_support(row) == "nixpkgs nixos-26.05 · nxc 25.05 · kapack 25.05"
