"""Every rule: a composition that breaks it, and one beside it that does not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.answers.document import document
from scaffold.base.errors import InputError
from scaffold.catalogue.choices import flavours_to_avoid
from scaffold.catalogue.inputs import SetContents
from scaffold.catalogue.services import Limit
from scaffold.composition import rules
from scaffold.composition.model import Composition, Project, Role
from scaffold.composition.topology import ProjectTopology
from tests.building import CATALOG, compose, only_problem, problems, texts
from tests.tools.random_compositions import random_composition

SERVER, FRONTEND, NODE = "server=oar.server,oar.dbserver", "front=oar.frontend", "node:2=oar.node"
NFS = ("a=nfs.server", "b=nfs.client")


def exports(role, path):
    return {role: {"options": {"nfs": {"server": {"export": path}}}}}


# --- partners -------------------------------------------------------------------------------------


def test_a_whole_service_is_accepted_spread_or_merged():
    compose(SERVER, FRONTEND, NODE)
    compose("one=oar.server,oar.dbserver,oar.frontend,oar.node")
    compose(*NFS)


def test_a_missing_partner_is_told_with_what_to_add():
    found = [str(p) for p in problems("node=oar.node")]
    assert found == [
        "roles (oar.node): needs oar.server, which no role has: it has no server to take jobs "
        "from. Add oar.server to a role."
    ]


def test_every_missing_partner_is_told():
    needed = {p.what.split()[1].rstrip(",") for p in problems("server=oar.server")}
    assert needed == {"oar.dbserver", "oar.node", "oar.frontend"}


def test_a_partner_that_must_be_elsewhere_is_told():
    found = only_problem("a=nfs.server,nfs.client")
    assert found.startswith("roles.a: nfs.client needs nfs.server on another role")
    compose("a=nfs.server,nfs.client", "b=nfs.server", roles=exports("b", "/data"))


# --- numbers --------------------------------------------------------------------------------------


def test_a_part_on_too_many_hosts_of_one_role_is_told():
    found = only_problem("server:2=oar.server", "db=oar.dbserver", FRONTEND, NODE)
    assert "oar.server is on 2 hosts (server \u00d72). Keep it on 1" in found


def test_a_part_on_too_many_roles_is_told():
    found = only_problem("one=oar.server", "two=oar.server", "db=oar.dbserver", FRONTEND, NODE)
    assert "oar.server is on 2 hosts (one \u00d71, two \u00d71)" in found


def test_a_part_that_wants_a_role_of_its_own_is_told():
    found = only_problem("a:2=nfs.server", "b=nfs.client")
    assert found.startswith("roles.a.count: nfs.server works with a count of 1, not 2")
    assert "Use one role per nfs.server" in found


def test_more_hosts_than_any_site_has_are_told():
    assert "5000 hosts in all" in only_problem(*[f"r{i}x:1000" for i in range(5)])
    compose(*[f"r{i}x:1000" for i in range(4)])


# --- host names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my-node", "n_1"])
def test_a_host_that_is_no_variable_of_python_wants_a_test_script_of_the_users(name):
    found = only_problem(f"{name}=nfs.server", "b=nfs.client")
    assert f"the host name {name!r} must be lower-case letters and digits" in found
    compose(f"{name}=nfs.server", "b=nfs.client", kept=["test_script.py"])


def test_one_host_may_have_a_number():
    given = compose("a=nfs.server", "b=nfs.client", roles={"b": {"numbered": True}})
    made = texts(given)
    assert "b = 1;" in made["composition.nix"]
    assert "rolesDistribution = hosts;" in made["composition.nix"]
    assert "b_hosts" in made["test_script.py"]
    assert document(given)["roles"]["b"]["numbered"] is True


def test_two_roles_with_the_same_host_are_told_on_both():
    found = problems("node:2", "node1")
    assert [p.where for p in found] == ["roles.node", "roles.node1"]
    assert all("the host name 'node1' is there twice" in p.what for p in found)
    compose("node:2", "nodes3")


def test_a_host_name_that_is_too_long_with_its_index_is_told_by_the_role():
    assert "longer than 48" in only_problem("x" * 49)
    compose("x" * 48 + ":1000")


# --- flavours and releases ------------------------------------------------------------------------


def test_a_flavour_that_a_part_cannot_run_is_told_with_those_that_can():
    found = only_problem(*NFS, flavours=["vm", "nspawn"], default_flavour="vm")
    assert found.startswith("flavours: 'nspawn' cannot be used (nfs.")
    assert "shared directories do not exist there" in found
    assert "Choose from vm, vm-ramdisk, docker, g5k" in found
    compose("a", flavours=["nspawn"])


def test_a_default_flavour_that_is_not_chosen_is_told():
    found = only_problem("a", flavours=["vm", "docker"], default_flavour="g5k-image")
    assert found.startswith("default_flavour: 'g5k-image' is none of the chosen flavours")
    assert "Choose from vm, docker" in found


def without(release, **changes):
    """The catalogue with one release changed."""
    row = msgspec.structs.replace(CATALOG.releases[release], **changes)
    return msgspec.structs.replace(CATALOG, releases={**CATALOG.releases, release: row})


def test_a_flavour_that_the_release_does_not_have_is_told():
    release = CATALOG.default_release
    composition = compose("a", flavours=["vm", "docker"])
    with pytest.raises(InputError, match=f"NixOS Compose of release {release} does not have it"):
        rules.check(ProjectTopology(composition, without(release, flavours=("docker",))))


def test_a_release_whose_kapack_lacks_a_module_is_told_with_those_that_have_it():
    release = CATALOG.default_release
    composition = compose(SERVER, FRONTEND, NODE)
    with pytest.raises(InputError, match=r"kapack \S+ has no module oar") as caught:
        rules.check(
            ProjectTopology(composition, without(release, package_sets={"kapack": SetContents()}))
        )
    assert [p.where for p in caught.value.problems] == ["release"]
    rules.check(
        ProjectTopology(compose("a"), without(release, package_sets={"kapack": SetContents()}))
    )


def test_a_release_that_only_a_flavour_excludes_is_told_with_both_ways_out():
    old = CATALOG.stacks["oar"].answers["roles"]
    roles = [f"{name}:{r.get('count', 1)}={','.join(r['parts'])}" for name, r in old.items()]
    found = only_problem(*roles, release="23.05", flavours=["vm", "docker"])
    assert found.endswith("Choose from 26.05, 25.11, 25.05, 24.11, 23.11, or leave out docker.")


def test_a_flavour_that_none_of_the_parts_releases_has_is_excluded():
    parts = [*("oar.server", "oar.dbserver", "oar.node"), "melissa.launcher"]
    assert "docker" not in flavours_to_avoid(parts[:3], CATALOG)
    assert flavours_to_avoid(parts, CATALOG)["docker"].startswith("oar.")
    assert "vm" not in flavours_to_avoid(parts, CATALOG)


def test_a_release_whose_kapack_has_a_broken_package_is_told():
    release = CATALOG.default_release
    composition = compose(SERVER, FRONTEND, NODE)
    broken = SetContents(modules=("oar",), unusable={"oar": "marked so"})
    with pytest.raises(InputError, match="oar is marked so"):
        rules.check(ProjectTopology(composition, without(release, package_sets={"kapack": broken})))


def with_part(part_id, **changes):
    """The catalogue with one part changed."""
    part = msgspec.structs.replace(CATALOG.parts[part_id], **changes)
    return msgspec.structs.replace(CATALOG, parts={**CATALOG.parts, part_id: part})


def test_a_limit_of_a_release_on_some_flavours_holds_only_there():
    release = CATALOG.default_release
    limit = Limit(reason="is too old", flavours=("docker",), releases=(release,))
    catalog = with_part("nfs.server", limits=(limit,))
    rules.check(ProjectTopology(compose(*NFS, flavours=["vm"]), catalog))
    with pytest.raises(InputError, match="is too old"):
        rules.check(ProjectTopology(compose(*NFS, flavours=["vm", "docker"]), catalog))


# --- ports, options, pins -------------------------------------------------------------------------


def test_two_parts_on_one_port_of_one_role_are_told():
    catalog = with_part("nfs.server", ports=(6667,))
    with pytest.raises(InputError, match=r"oar.node and nfs.server both use port"):
        rules.check(ProjectTopology(compose(SERVER, FRONTEND, "node=oar.node,nfs.server"), catalog))
    rules.check(
        ProjectTopology(compose(SERVER, FRONTEND, "node=oar.node", "nfs=nfs.server"), catalog)
    )


def test_two_servers_that_share_the_same_folder_are_told_with_the_flag():
    found = only_problem("a=nfs.server", "b=nfs.server", "c=nfs.client")
    assert found.startswith("roles.b.options.nfs.server.export: '/users' is also that of role 'a'")
    assert "--set roles.b.options.nfs.server.export=VALUE" in found
    compose("a=nfs.server", "b=nfs.server", "c=nfs.client", roles=exports("b", "/data"))


def test_folders_that_hide_each_other_are_told():
    found = only_problem("a=nfs.server", "b=nfs.server", roles=exports("b", "/users/data"))
    assert "'/users/data' lies inside '/users'" in found
    compose("a=nfs.server", "b=nfs.server", roles=exports("b", "/users2"))


def test_options_that_nobody_uses_are_told():
    assert only_problem("a", options={"oar": {"log_level": "1"}}).startswith("options.oar: ")
    found = only_problem(*NFS, roles=exports("b", "/x"))
    assert found.startswith("roles.b.options.nfs.server: the role does not run it")


def test_a_pin_of_an_input_that_the_flake_does_not_have_is_told():
    found = only_problem("a", pins={"kapack": "x"})
    assert "the flake has no input 'kapack' with these parts. Pin one of nixpkgs, nxc" in found
    compose(SERVER, FRONTEND, NODE, pins={"kapack": "x"})


# --- all together ---------------------------------------------------------------------------------


def test_every_rule_speaks_at_once():
    found = problems(
        "a:2=nfs.server,nfs.client",
        "a1=oar.node",
        flavours=["nspawn"],
        default_flavour="vm",
        pins={"kapack": "x"},
        options={"oar": {"log_level": "1"}},
    )
    where = {p.where for p in found}
    assert {"roles.a", "roles.a.count", "roles.a1", "flavours", "default_flavour"} <= where
    assert "roles (oar.node)" in where


def test_every_rule_of_the_module_is_checked():
    every = (*rules.PROJECT_RULES, *rules.RULES)
    names = {rule.__name__ for rule in every}
    assert len(names) == len(every) >= 10


@given(st.integers(0, 10**6))
def test_random_compositions_break_no_rule(seed):
    rules.check(ProjectTopology(random_composition(seed, CATALOG), CATALOG))


@given(st.data())
def test_any_parts_anywhere_end_in_problems_or_none(data):
    parts = st.lists(st.sampled_from(sorted(CATALOG.parts)), unique=True)
    names = data.draw(st.lists(st.sampled_from(["a", "b", "a1", "c"]), min_size=1, unique=True))
    roles = tuple(
        Role(name, data.draw(st.integers(1, 3)), tuple(data.draw(parts))) for name in names
    )
    flavours = tuple(data.draw(st.sets(st.sampled_from(sorted(CATALOG.flavours)), min_size=1)))
    release = data.draw(st.sampled_from(sorted(CATALOG.releases)))
    composition = Composition("x", "", roles)
    project = Project("x", "", (composition,), release, flavours, flavours[0])
    whole = ProjectTopology(project, CATALOG)
    found = [p for rule in rules.PROJECT_RULES for p in rule(whole)]
    found += [p for rule in rules.RULES for p in rule(whole.main)]
    assert all(p.where and p.what and p.remedy for p in found)
