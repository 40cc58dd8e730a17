"""Whether there is a lock file, and whether nix can read it."""

import subprocess

from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.samples import lock
from tests.survey.projects import project, write


def test_conflict_markers_are_named_with_their_line(tmp_path):
    text = '{\n<<<<<<< HEAD\n  "a": 1\n=======\n>>>>>>> other\n}\n'
    assert lines_hit(tmp_path, "NXC202", {"flake.lock": text}) == [2]


def test_a_lock_that_is_no_json(tmp_path):
    assert lines_hit(tmp_path, "NXC202", {"flake.lock": '{\n"nodes": ,\n}'}) == [2]
    assert lines_hit(tmp_path, "NXC202", lock()) == []


def test_a_committed_flake_without_lock(tmp_path):
    root = project(tmp_path / "lab")

    def git(*words):
        subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)

    git("init", "-q")
    assert found(root, "NXC201") == []
    git("add", ".")
    git("commit", "-qm", "first")
    assert found(root, "NXC201") == [("NXC201", "flake.nix", 1)]
    write(root, lock())
    assert found(root, "NXC201") == []
