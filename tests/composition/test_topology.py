"""What follows from a composition: one place for host names, partners and effective options."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from scaffold.catalogue.limits import expand
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.composition.topology import ProjectTopology
from tests.building import CATALOG, compose
from tests.tools.random_compositions import random_composition


def topology(*roles, **more):
    return ProjectTopology(compose(*roles, **more), CATALOG).main


OAR = ("server=oar.server,oar.dbserver", "frontend=oar.frontend", "node:3=oar.node")


def test_a_single_host_has_the_name_of_its_role():
    assert host_names(Role("node")) == ("node",)


def test_several_hosts_are_counted_from_one():
    assert host_names(Role("node", 3)) == ("node1", "node2", "node3")


def test_implied_parts_come_first_and_once():
    assert expand(("nfs.server", "oar.node"), CATALOG) == (
        "users.accounts",
        "nfs.server",
        "oar.node",
    )


def test_a_part_that_does_not_exist_implies_nothing():
    assert expand(("nope", "nope"), CATALOG) == ("nope",)


def test_hosts_and_who_runs_what():
    found = topology(*OAR)
    assert found.hosts == ("server", "frontend", "node1", "node2", "node3")
    assert found.hosts_with("oar.node") == ["node1", "node2", "node3"]
    assert [role.name for role in found.roles_with("users.accounts")] == ["frontend", "node"]
    assert found.roles_with("nfs.server") == []


def test_used_parts_are_in_the_order_of_the_catalogue():
    one = [part.id for part in topology(*OAR).used_parts]
    other = [part.id for part in topology(*reversed(OAR)).used_parts]
    assert one == other == [part for part in CATALOG.parts if part in one]


def test_options_come_from_the_role_then_the_composition_then_the_default():
    found = topology(
        "a=nfs.server",
        "b=nfs.server",
        "c=nfs.client",
        options={"nfs": {"server": {"export": "/all"}}},
        roles={"b": {"options": {"nfs": {"server": {"export": "/own"}}}}},
    )
    part = CATALOG.parts["nfs.server"]
    assert found.options(part, found.roles["a"]) == {"export": "/all"}
    assert found.options(part, found.roles["b"]) == {"export": "/own"}
    assert topology("a=nfs.server", "b=nfs.client").options(part, Role("a")) == {"export": "/users"}


def test_a_client_mounts_every_server_but_itself():
    found = topology(
        "a=nfs.server,nfs.client",
        "b=nfs.server,nfs.client",
        "c=nfs.client",
        roles={"b": {"options": {"nfs": {"server": {"export": "/data"}}}}},
    )
    mounted = {n: [(o.name, p) for o, p in found.mounted(r)] for n, r in found.roles.items()}
    assert mounted == {
        "a": [("b", "/data")],
        "b": [("a", "/users")],
        "c": [("a", "/users"), ("b", "/data")],
    }
    assert all(found.sees(role, "/data") for role in found.roles.values())


def test_a_role_without_nfs_sees_nothing():
    found = topology("a=nfs.server", "b=nfs.client", "c")
    assert not found.sees(found.roles["c"], "/users")


def test_homes_lie_where_told_else_on_the_first_share_else_in_home():
    nfs = ("a=nfs.server", "b=nfs.client")
    assert topology(*OAR).home == "/home"
    assert topology(*nfs).home == "/users"
    assert topology(*nfs, options={"users": {"home": "/home"}}).home == "/home"


def test_users_are_there_when_a_role_has_accounts():
    assert topology("a").users == []
    assert topology(*OAR).users == ["user1", "user2"]
    assert topology(*OAR, options={"users": {"names": "eve"}}).users == ["eve"]


def test_kapack_is_an_input_only_when_a_part_needs_it():
    assert list(topology("a").inputs) == ["nixpkgs", "nxc"]
    assert list(topology(*OAR).inputs) == ["nixpkgs", "nxc", "kapack"]
    (used,) = topology(*OAR).package_sets
    assert (used.name, used.modules) == ("kapack", ("oar",))


def test_a_pin_replaces_the_ref_of_the_release():
    found = topology("a", pins={"nixpkgs": "f" * 40})
    assert found.ref("nixpkgs") == "f" * 40
    assert found.ref("nxc") == found.release.inputs["nxc"].ref


@given(st.integers(0, 10**6))
def test_every_host_belongs_to_one_role(seed):
    found = ProjectTopology(random_composition(seed, CATALOG), CATALOG).main
    assert len(set(found.hosts)) == len(found.hosts) == sum(r.count for r in found.roles.values())
    for part in found.used_parts:
        assert set(found.hosts_with(part.id)) <= set(found.hosts)
        assert found.hosts_with(part.id)


def test_users_are_those_that_any_part_with_accounts_creates():
    """No service is special: a part says by which option of its service it creates users."""
    parts = dict(CATALOG.parts)
    accounts = parts["users.accounts"]
    parts["users.accounts"] = msgspec.structs.replace(accounts, accounts="", homes="")
    without = msgspec.structs.replace(CATALOG, parts=parts)
    project = compose(*OAR, options={"users": {"names": ["ada"], "home": "/people"}})
    found = ProjectTopology(project, CATALOG).main
    assert (found.users, found.home) == (["ada"], "/people")
    assert ProjectTopology(project, without).main.users == []
