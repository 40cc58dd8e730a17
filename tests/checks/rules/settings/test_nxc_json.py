"""nxc.json: whether it is one, and its keys."""

import json

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.survey.projects import project, write


@pytest.mark.parametrize(
    ("code", "text", "hits"),
    [
        ("NXC301", '{"composition": }', 1),
        ("NXC305", '{"composition": "nowhere.nix", "default_flavour": "vm"}', 1),
        ("NXC306", '{"composition": "composition.nix", "flake": true}', 1),
    ],
)
def test_nxc_json(tmp_path, code, text, hits):
    assert len(lines_hit(tmp_path, code, {"nxc.json": text})) == hits


def test_an_nxc_json_one_level_up_names_a_composition_beside_the_flake(tmp_path):
    project(tmp_path, nxc_json=json.dumps({"composition": "composition.nix"}))
    assert found(tmp_path, "NXC305") == []


def test_a_flake_without_nxc_json(tmp_path):
    root = project(tmp_path / "lab")
    assert found(root, "NXC307") == [("NXC307", "flake.nix", 13)]
    write(tmp_path, {"nxc.json": '{"composition": "composition.nix"}'})
    assert found(root, "NXC307") == []
