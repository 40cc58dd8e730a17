"""Which nodes BeBiDa's hooks of OAR and Slurm take from Kubernetes and give back, with stubs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import building
from tests.building import CATALOG, compose

#: The nodes, the state and the name of each job. Job 1 has ended, or is about to begin.
Jobs = Mapping[int, tuple[list[str], str, str]]
SHARED: Jobs = {
    1: (["node1", "node2", "node10"], "Finishing", "proof"),
    2: (["node1"], "Running", "other"),
    12: (["node3"], "Running", "other"),
    3: (["node2"], "Terminated", "past"),
    4: (["node2"], "Running", "BEBIDA_NOOP_1"),
}
OARSTAT = """\
#!/usr/bin/env python3
import json, sys
jobs = json.loads({jobs!r})
args = sys.argv[1:]
named = [args[args.index("-j") + 1]] if "-j" in args else list(jobs)
if "-p" in args:
    told = {{n: [{{"network_address": node}} for node in jobs[n][0]] for n in named}}
else:
    told = {{n: {{"id": int(n), "state": jobs[n][1], "name": jobs[n][2]}} for n in named}}
print(json.dumps(told))
"""
SQUEUE = """\
#!/usr/bin/env python3
import json, sys
jobs = json.loads({jobs!r})
(node,) = [a.partition("=")[2] for a in sys.argv if a.startswith("--nodelist=")]
(states,) = [a.partition("=")[2].split(",") for a in sys.argv if a.startswith("--states=")]
assert "--format=%A %j" in sys.argv
for number, (nodes, state, name) in jobs.items():
    if node in nodes and state.lower() in states:
        print(number, name)
"""


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(0o755)


def called(
    manager: str, action: str, jobs: Jobs, tmp_path: Path, job: int = 1, name: str = "proof"
) -> list[str]:
    """Run the hook for a job, and return what it asks of Kubernetes, as it is called for root."""
    written = building.texts(compose(**CATALOG.stacks[f"bebida-{manager}"].answers), CATALOG)
    part = written[f"parts/bebida-{manager}-jobs.nix"]
    found = re.search(r"writeShellScript \"bebida-\$\{action\}\" ''\n(.*?)\n    '';", part, re.S)
    assert found is not None
    script = textwrap.dedent(found[1]).replace("${action}", action)
    script = re.sub(r"^export PATH=.*$", "", script, flags=re.M)
    assert "${" not in script
    told = json.dumps({str(number): entry for number, entry in jobs.items()})
    program(tmp_path, "oarstat", OARSTAT.format(jobs=told))
    program(tmp_path, "squeue", SQUEUE.format(jobs=told))
    program(tmp_path, "scontrol", '#!/bin/sh\nprintf "%s\\n" $3\n')
    program(tmp_path, "sudo", f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\n')
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "SLURM_JOB_ID": str(job),
        "SLURM_JOB_NAME": name,
        "SLURM_JOB_NODELIST": " ".join(jobs[job][0]),
    }
    argv = ["bash", "-c", script, "hook", str(job)]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    asked = tmp_path / "asked"
    return asked.read_text(encoding="utf-8").split() if asked.exists() else []


@pytest.fixture(params=["oar", "slurm"])
def manager(request: pytest.FixtureRequest) -> str:
    """The manager of jobs. The hook of OAR reads JSON with jq."""
    name = str(request.param)
    if name == "oar" and shutil.which("jq") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("jq must be on PATH in CI: see .ci/setup")
        pytest.skip("no jq on PATH")
    return name


def test_a_job_takes_all_its_nodes_from_kubernetes(manager: str, tmp_path: Path) -> None:
    asked = called(manager, "drain", SHARED, tmp_path)
    assert asked[:2] == ["/etc/bebida/bebida-node", "drain"]
    assert sorted(asked[2:]) == sorted(SHARED[1][0])


def test_a_node_that_another_job_still_has_is_not_given_back(manager: str, tmp_path: Path) -> None:
    # node1 is not node10, job 12 not job 1, and the optimizer's own job does not count.
    asked = called(manager, "uncordon", SHARED, tmp_path)
    assert asked[:2] == ["/etc/bebida/bebida-node", "uncordon"]
    assert sorted(asked[2:]) == ["node10", "node2"]


def test_the_last_job_of_a_node_gives_it_back(manager: str, tmp_path: Path) -> None:
    alone = {1: SHARED[1]}
    assert sorted(called(manager, "uncordon", alone, tmp_path)[2:]) == sorted(SHARED[1][0])


def test_nothing_is_asked_where_other_jobs_have_all_nodes(manager: str, tmp_path: Path) -> None:
    taken = {1: (["node1"], "Finishing", "proof"), 2: SHARED[2]}
    assert called(manager, "uncordon", taken, tmp_path) == []


@pytest.mark.parametrize("action", ["drain", "uncordon"])
def test_the_optimizers_own_jobs_take_nothing(manager: str, action: str, tmp_path: Path) -> None:
    asked = called(manager, action, SHARED, tmp_path, job=4, name="BEBIDA_NOOP_1")
    assert asked == []
