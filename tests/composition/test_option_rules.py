"""Consent, bounds, directories, values with limits, shifted ports, kernels: told before writing."""

import stat

import pytest

from scaffold.answers import project as project_of
from scaffold.base.errors import InputError
from scaffold.catalogue.choices import releases_to_avoid
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.secret_files import create_secrets
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render

CATALOG = load_catalog()
SERVERS = ["beegfs.mgmt", "beegfs.meta"]


def composed(options=None, roles=None, **more):
    """A BeeGFS composition that is right unless the given answers make it wrong."""
    raw = {
        "name": "lab",
        "description": "",
        "roles": roles
        or {
            "mgmt": {"parts": SERVERS},
            "storage": {"count": 2, "parts": ["beegfs.storage"]},
        },
        "flavours": ["docker"],
        "default_flavour": more.get("flavours", ["docker"])[0],
        "release": "25.05",
        "options": {"beegfs": {"accept_license": True, **(options or {})}},
        **more,
    }
    return project_of.build(raw, CATALOG)


def problems(composition):
    try:
        rules.check(ProjectTopology(composition, CATALOG))
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_right_composition_has_no_problem():
    assert problems(composed()) == []


def test_consent_is_asked_for_with_its_reason_and_the_flag():
    (told,) = problems(composed({"accept_license": False}))
    assert "BeeGFS_EULA.txt" in told
    assert "--set beegfs.accept_license=true" in told


def test_consent_for_what_is_not_chosen_is_not_asked_for():
    assert problems(composed({"storage": {"disk": "root"}})) == []
    g5k = composed({"storage": {"disk": "scratch"}}, flavours=["g5k-nfs-store"])
    (told,) = problems(g5k)
    assert "erased" in told
    assert "--set beegfs.storage.erase_scratch=true" in told


@pytest.mark.parametrize("flavour", ["vm", "vm-ramdisk", "docker", "nspawn"])
def test_a_value_is_refused_where_it_cannot_run(flavour):
    scratch = {"storage": {"disk": "scratch", "erase_scratch": True}}
    (told,) = problems(composed(scratch, flavours=[flavour]))
    assert flavour in told
    assert "only Grid'5000 nodes" in told


def test_stripes_are_bounded_by_the_targets_of_all_hosts():
    assert problems(composed({"stripes": 4, "storage": {"targets": 2}})) == []
    (told,) = problems(composed({"stripes": 5, "storage": {"targets": 2}}))
    assert "5 is more than the 4 of beegfs.storage.targets on all hosts (storage 4)" in told


@pytest.mark.parametrize("path", ["/srv/store", "/srv/store/below", "/srv"])
def test_directories_of_one_host_are_apart(path):
    options = {"mgmt": {"directory": "/srv/store"}, "meta": {"directory": path}}
    (told,) = problems(composed(options))
    assert "overlap on mgmt" in told


def test_directories_of_different_hosts_may_be_the_same():
    options = {"mgmt": {"directory": "/srv/a"}, "storage": {"directory": "/srv/a"}}
    assert problems(composed(options)) == []


@pytest.mark.parametrize("path", ["/", "data", "../data", "", "/nix/data"])
def test_a_directory_that_no_daemon_can_have_is_refused(path):
    with pytest.raises(InputError) as caught:
        composed({"storage": {"directory": path}})
    (told,) = caught.value.problems
    assert told.where.startswith("options.beegfs.storage.directory")


def test_a_shifted_port_that_another_part_of_the_role_has_is_refused():
    other = next(p for p in CATALOG.parts.values() if any(port > 8008 for port in p.ports))
    port = max(other.ports)
    roles = {
        "mgmt": {"parts": [*SERVERS, other.id]},
        "storage": {"parts": ["beegfs.storage"]},
    }
    wanted = f"beegfs.mgmt and {other.id} both use port {port}"
    told = problems(composed({"port_shift": port - 8008}, roles))
    assert any(wanted in problem for problem in told), told
    assert not any(wanted in problem for problem in problems(composed(roles=roles)))


def test_two_management_daemons_are_refused():
    roles = {
        "mgmt": {"count": 2, "parts": SERVERS},
        "storage": {"parts": ["beegfs.storage"]},
    }
    (told,) = problems(composed(roles=roles))
    assert "beegfs.mgmt is on 2 hosts" in told


def test_a_client_alone_is_told_each_partner_that_is_missing():
    told = problems(composed(roles={"client": {"parts": ["beegfs.client"]}}, flavours=["vm"]))
    for part in ("beegfs.mgmt", "beegfs.meta", "beegfs.storage"):
        assert any(f"needs {part}" in problem for problem in told)


def test_a_release_without_a_fitting_kernel_is_refused_with_the_reason():
    excluded = releases_to_avoid(["beegfs.client"], (), CATALOG)
    assert set(excluded) == {"22.05"}
    assert "no kernel of its nixpkgs fits" in excluded["22.05"]
    assert releases_to_avoid(["beegfs.storage"], (), CATALOG) == {}


def test_a_secret_is_written_once_for_its_owner_alone_and_is_in_no_tree(tmp_path):
    composition = composed({"authentication": "secret"})
    topology = ProjectTopology(composition, CATALOG).main
    assert create_secrets(topology, tmp_path) == ["secrets/beegfs.key"]
    file = tmp_path / "secrets" / "beegfs.key"
    first = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert create_secrets(topology, tmp_path) == []
    assert file.read_bytes() == first
    tree = {
        str(path): entry.content
        for path, entry in render(ProjectTopology(composition, CATALOG)).items()
    }
    assert not any(path.startswith("secrets") for path in tree)
    assert b"/secrets/" in tree[".gitignore"].split(b"\n")
    assert not any(first.strip() in content for content in tree.values())
    assert b"throw-away key" not in tree["parts/beegfs-common.nix"]


def test_no_secret_without_being_asked(tmp_path):
    topology = ProjectTopology(composed(), CATALOG).main
    assert create_secrets(topology, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_authentication_is_on_unless_asked():
    def common(options):
        tree = render(ProjectTopology(composed(options), CATALOG))
        return next(f.content.decode() for p, f in tree.items() if p.name == "beegfs-common.nix")

    assert "authFile = null" not in common({})
    assert "world-readable in the Nix store" in common({})
    assert "authFile = null" in common({"authentication": "off"})
