"""What tests/tools/containers.py reads of the systems that were built; starting them needs root."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.container_hosts import Systems, group_folder

SCRIPT = "start_all()\n"


def built(store: Path, info: dict[str, object]) -> str:
    """Write what a build leaves in a store, and return the path of its information."""
    services = {role: {"command": [f"/nix/store/{role}/init"]} for role in ("server", "node")}
    (store / "script.py").write_text(SCRIPT)
    (store / "compose.json").write_text(json.dumps({"services": services}))
    (store / "info.json").write_text(json.dumps(info))
    return "/nix/store/info.json"


def test_the_hosts_of_docker_are_those_of_the_roles(tmp_path: Path) -> None:
    info = {
        "docker-compose-file": "/nix/store/compose.json",
        "test_script": "/nix/store/script.py",
        "roles_distribution": {"node": 2},
    }
    systems = Systems.read(tmp_path, "", built(tmp_path, info), "docker")
    assert systems.inits == {
        "server": "/nix/store/server/init",
        "node1": "/nix/store/node/init",
        "node2": "/nix/store/node/init",
    }
    assert systems.roles == {"server": "server", "node1": "node", "node2": "node"}
    assert systems.script == SCRIPT


def test_the_hosts_of_nspawn_have_the_names_that_were_given(tmp_path: Path) -> None:
    info = {
        "composition": {"node": {"init": "/nix/store/node/init"}},
        "test_script": "/nix/store/script.py",
        "roles_distribution": {"node": ["fast", "slow"]},
    }
    several = {"compositions_info": {"lab": info}}
    systems = Systems.read(tmp_path, "", built(tmp_path, several), "nspawn")
    assert systems.inits == dict.fromkeys(("fast", "slow"), "/nix/store/node/init")
    assert systems.roles == dict.fromkeys(("fast", "slow"), "node")


def test_the_control_groups_of_version_2_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = (
        "cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
    )
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)
    assert group_folder() == Path("/sys/fs/cgroup/unified")
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: "proc /proc proc rw 0 0\n")
    with pytest.raises(RuntimeError, match="control groups of version 2"):
        group_folder()
