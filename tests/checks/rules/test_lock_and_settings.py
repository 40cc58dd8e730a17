"""Rules of flake.lock, nxc.json and setup.toml."""

import json
import subprocess

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.test_flake_rules import lock
from tests.survey.projects import project, write


def edited(**nodes):
    return lock(**nodes)


def test_conflict_markers_are_named_with_their_line(tmp_path):
    text = '{\n<<<<<<< HEAD\n  "a": 1\n=======\n>>>>>>> other\n}\n'
    assert lines_hit(tmp_path, "NXC202", {"flake.lock": text}) == [2]


def test_a_lock_that_is_no_json(tmp_path):
    assert lines_hit(tmp_path, "NXC202", {"flake.lock": '{\n"nodes": ,\n}'}) == [2]
    assert lines_hit(tmp_path, "NXC202", lock()) == []


@pytest.mark.parametrize(
    ("original", "hits"),
    [
        ({"type": "github", "owner": "nixos", "repo": "NIXPKGS", "ref": "nixos-25.05"}, 0),
        ({"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "nixos-24.11"}, 1),
        ({"type": "indirect", "id": "nixpkgs"}, 0),
    ],
)
def test_what_is_locked_is_compared_with_what_is_asked_for(tmp_path, original, hits):
    files = lock(nixpkgs={"original": original, "locked": original})
    assert len(lines_hit(tmp_path, "NXC203", files)) == hits


def test_a_folder_of_the_same_repository_is_locked_by_its_place_in_the_store(tmp_path):
    from tests.survey.projects import FLAKE

    flake = FLAKE.replace("    nxc.url", '    tool.url = "../tool";\n    nxc.url')
    stored = {"type": "path", "path": "/nix/store/abc-source?dir=tool"}
    files = lock(
        tool={"original": stored, "locked": stored},
        root={"inputs": {"nixpkgs": "nixpkgs", "nxc": "nxc", "tool": "tool"}},
    )
    assert lines_hit(tmp_path, "NXC203", files, flake_nix=flake) == []


def test_another_nixpkgs_is_told_with_who_brings_it(tmp_path):
    from tests.survey.projects import FLAKE

    flake = FLAKE.replace("    nxc.url", '    tool.url = "github:o/tool";\n    nxc.url')
    files = lock(
        tool={"inputs": {"nixpkgs": "nixpkgs_2"}},
        nixpkgs_2={},
        root={"inputs": {"nixpkgs": "nixpkgs", "nxc": "nxc", "tool": "tool"}},
    )
    assert lines_hit(tmp_path, "NXC204", files, flake_nix=flake) == [4]


def test_an_old_pin_is_told_once(tmp_path):
    assert lines_hit(tmp_path, "NXC205", lock("1600000000")) != []
    assert lines_hit(tmp_path, "NXC205", lock("1750000000")) == []


def test_a_folder_of_one_machine_deeper_in_the_lock(tmp_path):
    path = {"type": "path", "path": "/home/me/x"}
    assert len(lines_hit(tmp_path, "NXC206", lock(x={"locked": path}))) == 1
    assert lines_hit(tmp_path, "NXC206", lock(x={"locked": {"type": "path", "path": "./x"}})) == []


def test_inputs_that_only_one_of_the_two_has(tmp_path):
    files = lock(root={"inputs": {"nixpkgs": "nixpkgs", "gone": "nxc"}})
    assert len(lines_hit(tmp_path, "NXC207", files)) == 2


def test_ssh_deeper_in_the_lock(tmp_path):
    locked = {"type": "git", "url": "ssh://git@example.org/o/r"}
    assert len(lines_hit(tmp_path, "NXC208", lock(x={"locked": locked}))) == 1


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


@pytest.mark.parametrize(
    ("code", "text", "hits"),
    [
        ("NXC301", '{"composition": }', 1),
        ("NXC302", '{"composition": "composition.nix", "default_flavour": "nixos-test"}', 1),
        ("NXC302", '{"composition": "composition.nix", "default_flavour": "docker"}', 0),
        ("NXC303", '{"composition": "composition.nix", "default_flavour": ""}', 1),
        ("NXC304", '{"composition": "composition.nix"}', 1),
        ("NXC305", '{"composition": "nowhere.nix", "default_flavour": "vm"}', 1),
        ("NXC306", '{"composition": "composition.nix", "flake": true}', 1),
    ],
)
def test_nxc_json(tmp_path, code, text, hits):
    assert len(lines_hit(tmp_path, code, {"nxc.json": text})) == hits


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC311", "[a]\nb = \n", [2]),
        ("NXC312", '[a.build]\nx = { src = "/home/me/x" }\n# y = "/home/me"\n', [2]),
        ("NXC313", '[a.options]\nnix-flags = "--override-input k path:/home/me/k"\n', [2]),
        ("NXC313", '[a.options]\nnix-flags = "" # "--override-input k path:/k"\n', []),
        ("NXC314", '[project]\nselected = "a"\n[a.params]\nn = 1\n', [2]),
        ("NXC315", '[project]\nselected = "b"\n[a.params]\nn = 1\n', [2]),
        ("NXC316", '[a.overrides.nur.kapack]\near = { src = "x" }\n', [1]),
        ("NXC317", '[a.option]\nnix-flags = ""\n', [1]),
        ("NXC317", "[a.options.build]\nx = 1\n", [1]),
        ("NXC318", '[a.build.hello]\nversion = "1"\n', [2]),
        ("NXC318", '[a.build.nur.repos.kapack]\noar = { src = "/x" }\n', []),
    ],
)
def test_setup_toml(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {"setup.toml": text}) == lines


def test_an_nxc_json_one_level_up_names_a_composition_beside_the_flake(tmp_path):
    project(tmp_path, nxc_json=json.dumps({"composition": "composition.nix"}))
    assert found(tmp_path, "NXC305") == []


def test_a_flake_without_nxc_json(tmp_path):
    root = project(tmp_path / "lab")
    assert found(root, "NXC307") == [("NXC307", "flake.nix", 13)]
    write(tmp_path, {"nxc.json": '{"composition": "composition.nix"}'})
    assert found(root, "NXC307") == []
