"""Folders that roles share."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition, role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        (
            "NXC423",
            role('nxc.sharedDirs."/a".export = true;\nnxc.sharedDirs."/b".export = true;'),
            [5],
        ),
    ],
)
def test_it_fires_on_roles(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {}, composition_nix=text) == lines


@pytest.mark.parametrize(("folder", "hits"), [("/x", 1), ("/y", 0)])
def test_one_folder_is_exported_by_one_role(tmp_path, folder, hits):
    text = composition(
        'roles.a = { ... }: { nxc.sharedDirs."/x".export = true; };\n'
        f'roles.b = {{ ... }}: {{ nxc.sharedDirs."{folder}".export = true; }};'
    )
    assert len(lines_hit(tmp_path, "NXC432", {}, composition_nix=text)) == hits
