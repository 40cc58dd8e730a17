"""Locked sources that others cannot fetch."""

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import lock


def test_a_folder_of_one_machine_deeper_in_the_lock(tmp_path):
    path = {"type": "path", "path": "/home/me/x"}
    assert len(lines_hit(tmp_path, "NXC206", lock(x={"locked": path}))) == 1
    assert lines_hit(tmp_path, "NXC206", lock(x={"locked": {"type": "path", "path": "./x"}})) == []


def test_ssh_deeper_in_the_lock(tmp_path):
    locked = {"type": "git", "url": "ssh://git@example.org/o/r"}
    assert len(lines_hit(tmp_path, "NXC208", lock(x={"locked": locked}))) == 1
