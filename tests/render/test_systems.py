"""The systems of the catalogue: what their files derive from the model, and what they refuse."""

import ast
import re
from pathlib import Path

import pytest

from scaffold.checks.calls import machine_calls, machine_names
from scaffold.checks.pipes import hidden_failures
from scaffold.composition.model import Project
from scaffold.composition.placement import expand
from scaffold.composition.topology import ProjectTopology
from tests import building
from tests.building import CATALOG, compose, only_problem, problems
from tests.tools.examples import example

SLURM = ("ctl=slurm.controller,slurm.dbd", "login=slurm.frontend")
K3S = ("server=k3s.server", "agent:3=k3s.agent")


def text_of(composition: Project, path: str) -> str:
    files = building.texts(composition, CATALOG)
    return files[path]


def files_of(stack: str) -> dict[str, str]:
    """Return the text of every file of a stack's example."""
    return {str(f.path): f.content.decode() for f in example(stack, CATALOG).values()}


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_a_script_waits_only_for_units_of_its_parts(stack):
    files = {str(f.path): f.content.decode() for f in example(stack, CATALOG).values()}
    script = ast.parse(files["test_script.py"])
    known = {unit for part in CATALOG.parts.values() for unit in part.units}
    waits = [
        call.args[0].value
        for name, call in machine_calls(script, machine_names(script, names_of(script)))
        if name == "wait_for_unit"
    ]
    assert set(waits) <= known


def names_of(script: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(script) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("service", [s for s in CATALOG.services.values() if s.test])
def test_a_fragment_claims_something_and_takes_no_name_a_host_could_have(service):
    text = Path(service.folder, service.test).read_text()
    assert "with subtest(" in text
    assigned = re.findall(r"^ *(?:for )?([a-z_0-9]+)(?: = | in )", text, re.MULTILINE)
    inside = re.findall(r"^    ([a-z]+) = ", text, re.MULTILINE)  # of functions: nobody sees them
    free = set(assigned) - set(inside) - {"machine", "reader"}
    assert [name for name in free if "_" not in name] == []


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_no_pipe_of_a_script_hides_that_its_first_command_failed(stack):
    script = ast.parse(files_of(stack)["test_script.py"])
    assert list(hidden_failures(script)) == []


#: Parts whose daemons look users up by name or number, though users never log in there.
RESOLVES_USERS = [
    "slurm.controller",
    "slurm.dbd",
    "slurm.node",
    "oar.node",
    "oar.web",
    "cigri.server",
]


@pytest.mark.parametrize("part", RESOLVES_USERS)
@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_hosts_of_daemons_that_look_users_up_have_them(stack, part):
    roles = CATALOG.stacks[stack].answers.get("roles", {})
    for role in roles.values():
        parts = expand(tuple(role.get("parts", ())), CATALOG)
        assert part not in parts or "users.accounts" in parts


#: Programs that no NixOS host has by itself, and the packages that bring them.
PROFILE = "/run/current-system/sw/bin/"


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_files_call_by_the_profile_only_what_every_host_has(stack):
    everywhere = {"systemctl", "touch"}
    for path, text in files_of(stack).items():
        called = re.findall(PROFILE + r"([\w.-]+)", text)
        assert set(called) <= everywhere, path


@pytest.mark.parametrize("stack", [s for s in CATALOG.stacks if "oar" in s or s == "cigri"])
def test_nodes_of_oar_have_what_its_jobs_need(stack):
    text = files_of(stack)["parts/oar-node.nix"]
    # OAR calls hwloc-calc there, and users' jobs read the list of their nodes in its home.
    assert "environment.systemPackages = [ pkgs.hwloc ];" in text
    assert 'users.users.oar.homeMode = lib.mkForce "755";' in text


@pytest.mark.parametrize(
    ("stack", "path", "unit"),
    [
        ("slurm", "parts/slurm-dbd.nix", "mysql"),
        ("web", "parts/web-database.nix", "postgresql"),
        ("oar", "parts/oar-dbserver.nix", "postgresql"),
        ("cigri", "parts/cigri-dbserver.nix", "postgresql"),
        ("ear", "ear/module.nix", "mysql"),
    ],
)
def test_the_first_start_of_a_database_has_all_the_time_it_takes(stack, path, unit):
    # A unit that requires one which failed at first is never started, also not after a restart.
    text = files_of(stack)[path]
    assert re.search(rf"\b{unit}\.serviceConfig\.TimeoutStartSec = .*\"infinity\";", text)
    assert not re.search(r"requires = .*slurmdbd", text)


def test_slurm_knows_every_role_of_nodes_with_its_own_cpus():
    roles = (*SLURM, "thin:3=slurm.node", "fat=slurm.node")
    lab = compose(*roles, options={"slurm": {"node": {"cpus": 2}}})
    text = text_of(lab, "parts/slurm-common.nix")
    thin = "thin[1-${toString (lib.length hosts.thin)}]"
    assert f'"{thin} CPUs=2 State=UNKNOWN"' in text
    assert '"fat CPUs=2 State=UNKNOWN"' in text
    assert f"Nodes={thin},fat " in text
    assert 'controlMachine = "ctl"' in text
    assert "AccountingStorageHost=ctl" in text


def test_a_job_of_slurm_asks_for_no_more_nodes_than_there_are():
    script = text_of(compose(*SLURM, "node=slurm.node"), "test_script.py")
    assert "--nodes=1 hostname" in script
    assert "user1|1|COMPLETED" in script


def test_without_a_frontend_a_node_submits():
    roles = ("ctl=slurm.controller,slurm.dbd", "node:2=slurm.node")
    assert "slurm_hosts = node1.wait_until_succeeds(" in text_of(compose(*roles), "test_script.py")


@pytest.mark.parametrize("flavour", ["docker", "nspawn"])
def test_k3s_runs_in_no_container(flavour):
    found = problems(*K3S, flavours=[flavour], default_flavour=flavour)
    assert any("k3s.server" in str(p) and "cannot be used" in str(p) for p in found)


def test_agents_of_k3s_join_the_host_of_the_server():
    text = text_of(compose("boss=k3s.server", "agent=k3s.agent"), "parts/k3s-agent.nix")
    assert 'serverAddr = "https://boss:6443"' in text


def test_the_proof_of_k3s_visits_every_node():
    assert "(server, *agent_hosts)" in text_of(compose(*K3S), "test_script.py")


def test_addons_of_k3s_are_a_choice():
    plain = text_of(compose(*K3S), "parts/k3s-server.nix")
    full = text_of(compose(*K3S, options={"k3s": {"addons": True}}), "parts/k3s-server.nix")
    assert "--disable=coredns" in plain
    assert "--disable" not in full


def test_a_host_is_server_or_agent_of_k3s_and_both_reasons_are_told():
    told = [str(p) for p in problems("both=k3s.server,k3s.agent", "other=k3s.server")]
    assert any("both use port 10250" in p for p in told)
    assert any("both set services.k3s.role" in p for p in told)


def test_one_role_runs_one_postgresql_of_its_own():
    told = only_problem(
        "a=oar.server,oar.dbserver,web.database,web.server", "b=oar.node", "c=oar.frontend"
    )
    assert "both use port 5432" in told


def test_prometheus_scrapes_every_exporter():
    lab = compose("m=prometheus.server", "node:2=prometheus.exporter", "x=prometheus.exporter")
    text = text_of(lab, "parts/prometheus-server.nix")
    assert re.findall(r'^    "(.*)"$', text, re.MULTILINE) == ["node", "x"]
    assert 'targets = map (host: "${host}:9100") exporters;' in text


@pytest.mark.parametrize(("release", "settings"), [("22.05", False), ("22.11", True)])
def test_grafana_is_set_as_the_release_wants_it(release, settings):
    lab = compose("m=grafana.server", release=release)
    text = text_of(lab, "parts/grafana.nix")
    assert ("settings = {" in text) == settings
    assert ('addr = "0.0.0.0";' in text and "    addr" in text) != settings


def test_hosts_of_mpi_have_the_slots_of_their_role():
    lab = compose("a:2=mpi.node", "b=mpi.npb", options={"mpi": {"node": {"slots": 4}}})
    text = text_of(lab, "parts/mpi-node.nix")
    assert '(host: "${host} slots=4") hosts.a}' in text
    assert "      b slots=4\n" in text
    assert "Host a* b\n" in text


@pytest.mark.parametrize(
    ("release", "version", "expected"),
    [("22.05", "22.11", False), ("22.11", "22.11", True), ("25.05", "22.11", True)],
)
def test_a_template_can_ask_for_the_version_of_the_release(release, version, expected):
    assert (
        ProjectTopology(compose("a", release=release), CATALOG).main.at_least(version) is expected
    )


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("22.11", "services.openssh.forwardX11 = false;"),
        ("23.05", "services.openssh.settings.X11Forwarding = false;"),
    ],
)
def test_nodes_of_slurm_forward_no_x11_by_the_name_of_the_release(release, line):
    lab = compose(*SLURM, "node=slurm.node", release=release)
    assert line in text_of(lab, "parts/slurm-node.nix")


@pytest.mark.parametrize("part", ["oar-dbserver", "cigri-dbserver"])
def test_a_database_set_up_by_kapack_is_reached_from_link_local_addresses(part):
    # Its own rules are forced, for IPv4 alone: what is added has to be forced too, to be merged.
    text = files_of("cigri")[f"parts/{part}.nix"]
    assert 'services.postgresql.authentication = lib.mkForce "host all all ::/0 md5";' in text
