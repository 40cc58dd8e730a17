"""What EAR, CiGri, ExaMon, BDPO, Melissa and BeBiDa derive from a composition, or refuse."""

from __future__ import annotations

import json
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests import building
from tests.building import CATALOG, compose, only_problem, problems

G5K = ["g5k-nfs-store"]
OAR = ("oar.server", "oar.dbserver", "oar.frontend")


def files(*roles: str, **more: object) -> dict[str, str]:
    """Return the text of each rendered file."""
    composition = compose(*roles, **more)
    return building.texts(composition, CATALOG)


#: The few functions of nixpkgs' library that EAR's configuration calls.
LIB = """{
  inherit (builtins) concatMap elemAt length listToAttrs;
  nameValuePair = name: value: { inherit name value; };
  mod = a: b: a - b * (a / b);
  imap0 = f: list: builtins.genList (i: f i (builtins.elemAt list i)) (builtins.length list);
}"""


def islands(written: dict[str, str], **counts: int) -> list[str]:
    """Evaluate the lines of EAR's islands, with hosts of these numbers."""
    hosts = {role: [f"{role}{n + 1}" for n in range(count)] for role, count in counts.items()}
    names = f"builtins.fromJSON {json.dumps(json.dumps(hosts))}"
    call = f"(({written['parts/ear-common.nix']}) {{ lib = {LIB}; hosts = {names}; }})"
    argv = ["nix-instantiate", "--eval", "--strict", "--json", "--expr"]
    done = subprocess.run(
        [*argv, f"{call}.services.ear.settings.Island"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.mark.usefixtures("nix_program")
def test_each_ear_node_reports_to_a_database_manager() -> None:
    written = files(
        "db=ear.database,ear.manager",
        "col:2=ear.db_manager",
        "thin:3=ear.daemon",
        "fat=ear.daemon",
        flavours=G5K,
    )
    assert islands(written, col=2, thin=3) == [
        "0 Nodes=thin1 EARDBD_IP=col1 EARGMId=1",
        "1 Nodes=thin2 EARDBD_IP=col2 EARGMId=1",
        "0 Nodes=thin3 EARDBD_IP=col1 EARGMId=1",
        "1 Nodes=fat EARDBD_IP=col2 EARGMId=1",
    ]


@pytest.mark.usefixtures("nix_program")
def test_an_ear_node_with_a_database_manager_reports_to_itself() -> None:
    written = files(
        "db=ear.database,ear.manager", "a:2=ear.daemon", "b=ear.daemon,ear.db_manager", flavours=G5K
    )
    lines = islands(written, a=2)
    assert all("EARDBD_IP=b " in line for line in lines)
    alone = files("db=ear.database,ear.manager", "n:2=ear.daemon,ear.db_manager", flavours=G5K)
    assert islands(alone, n=2) == [
        "0 Nodes=n1 EARDBD_IP=n1 EARGMId=1",
        "1 Nodes=n2 EARDBD_IP=n2 EARGMId=1",
    ]


def test_ear_needs_real_nodes() -> None:
    problem = only_problem(
        "db=ear.database,ear.manager", "n=ear.daemon,ear.db_manager", flavours=["vm"]
    )
    assert "energy counters" in problem
    assert "g5k-nfs-store" in problem


def test_ear_and_bdpo_cannot_both_be_the_prologue_of_oar() -> None:
    found = problems(
        f"s={','.join(OAR)}",
        "e=ear.database,ear.manager",
        "n=oar.node,ear.daemon,ear.db_manager,bdpo.node",
        flavours=G5K,
        release="23.05",
    )
    assert {problem.where for problem in found} == {"roles.s", "roles.n"}
    assert all("PROLOGUE_EXEC_FILE" in problem.what for problem in found)


def test_bdpo_keeps_the_results_of_jobs_that_end_in_the_same_second(tmp_path: Path) -> None:
    part = files("n=bdpo.node", flavours=G5K, release="23.05")["parts/bdpo.nix"]
    script = textwrap.dedent(part.partition("postStop = ''\n")[2].partition("'';")[0])
    ended = script.replace("/var/lib/bdpo", str(tmp_path))
    # Each time in a shell of its own, as systemd does.
    ended = ended.replace("${config.services.bdpo.package}/bin/bdpo_aggregate -o", "touch")
    for _ in range(5):
        subprocess.run(["bash", "-e", "-c", ended], check=True, timeout=60)
    assert len(list(tmp_path.iterdir())) == 5


def test_cigri_finds_its_database_on_another_host() -> None:
    roles = (f"s={','.join(OAR)},oar.web", "n=oar.node", "grid=cigri.server,cigri.client")
    split = files(*roles, "data=cigri.dbserver")["parts/cigri-common.nix"]
    assert 'DATABASE_HOST = "data"' in split
    together = files(*roles[:2], "grid=cigri.server,cigri.client,cigri.dbserver")
    assert "DATABASE_HOST" not in together["parts/cigri-common.nix"]
    assert '"http://s/api/"' in together["parts/cigri-server.nix"]


def test_two_postgresql_databases_are_kept_apart() -> None:
    found = problems(f"s={','.join(OAR)},oar.web,oar.node,cigri.server,cigri.client,cigri.dbserver")
    assert any("5432" in problem.what for problem in found)


def test_examon_is_a_source_of_grafana_beside_prometheus() -> None:
    metrics = ("b=examon.broker,examon.store", "n=examon.publisher")
    alone = files(*metrics, "g=grafana.server")["parts/examon-grafana-source.nix"]
    assert "isDefault = true" in alone
    both = files(*metrics, "g=grafana.server,prometheus.server", "p=prometheus.exporter")
    assert "isDefault = false" in both["parts/examon-grafana-source.nix"]
    assert "parts/examon-grafana-source.nix" not in files(*metrics)


@pytest.mark.parametrize("stack", ["bdpo", "bdpo-oar", "melissa-oar", "melissa-ear-oar"])
def test_stacks_with_private_sources_say_so_and_know_their_releases(stack: str) -> None:
    answers = dict(CATALOG.stacks[stack].answers)
    composition = compose(**answers)
    readme = building.texts(composition, CATALOG)["README.md"]
    assert "## Private sources" in readme
    assert "ssh access" in readme
    assert "Choose from 23.05, 22.11" in only_problem(**{**answers, "release": "25.05"})


@pytest.mark.parametrize(("manager", "word"), [("oar", "OAR"), ("slurm", "SLURM")])
def test_bebida_submits_to_the_manager_that_is_there(manager: str, word: str) -> None:
    parts = {"oar": "oar.server,oar.dbserver", "slurm": "slurm.controller,slurm.dbd"}[manager]
    written = files(
        f"head={parts}",
        "kube=bebida.server",
        f"login={manager}.frontend",
        f"n:2={manager}.node,bebida.node",
        flavours=["vm"],
    )
    server = written["parts/bebida-server.nix"]
    assert f"BEBIDA_HPC_SCHEDULER_TYPE={word}" in server
    assert "BEBIDA_SSH_HOSTNAME=login" in server
    assert "ssh root@kube" in written["parts/bebida-node-command.nix"]
    composition = written["composition.nix"]
    assert f"./parts/bebida-{manager}-jobs.nix" in composition[composition.index("head") :]
    # The job of the proof takes every node, so the shared ones are among its nodes.
    asked = {"oar": "-l nodes={len(n_hosts)}", "slurm": "--nodes={len(n_hosts)}"}[manager]
    assert asked in written["test_script.py"]


def test_bebida_without_a_job_manager_is_refused() -> None:
    found = problems("s=bebida.server", "n=bebida.node", flavours=["vm"])
    assert any("oar.frontend or slurm.frontend" in problem.what for problem in found)


def test_melissa_measured_by_ear_preloads_its_library() -> None:
    written = building.texts(compose(**CATALOG.stacks["melissa-ear-oar"].answers), CATALOG)
    assert "libearld.so heatc" in written["parts/melissa-launcher.nix"]


def test_the_users_of_cigri_are_those_of_the_composition() -> None:
    users = {"users": {"names": ["alice", "bob"]}}
    stack = CATALOG.stacks["cigri"].answers
    server = building.texts(compose(**{**stack, "options": users}), CATALOG)[
        "parts/cigri-server.nix"
    ]
    for user in ("alice", "bob"):
        assert f"{user} = {json.dumps(user)};" in server
