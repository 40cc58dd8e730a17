"""Numbers of hosts that setup.toml gives."""

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.samples import changed
from tests.survey.projects import COMPOSITION, project, write

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]

FLAKE = changed(("inherit nixpkgs", "setup = ./setup.toml; inherit nixpkgs"))
READS = COMPOSITION.replace("{ pkgs, ... }", "{ pkgs, setup, ... }").replace(
    "pkgs.curl", "pkgs.curl (toString setup.params.nb_nodes)"
)
DERIVES = READS.replace("node = 2", "node = setup.params.nb_nodes")


@pytest.mark.parametrize(
    ("setup", "text", "lines"),
    [
        ("[params]\nnb_nodes = 3\n", READS, [2]),
        ("[params]\nnb_nodes = 2\n", READS, []),
        ("[params]\nnb_nodes = 2\n[big.params]\nnb_nodes = 9\n", READS, [4]),
        ("[params]\nnb_nodes = 3\n", COMPOSITION, []),
        ("[params]\nnb_nodes = 2\n[big.params]\nnb_nodes = 9\n", DERIVES, []),
        ("[params]\nnb_disks = 3\n", READS.replace("nb_nodes", "nb_disks"), []),
    ],
)
def test_a_number_that_is_not_that_of_the_composition(tmp_path, setup, text, lines):
    files = {"setup.toml": setup}
    assert lines_hit(tmp_path, "NXC319", files, composition_nix=text, flake_nix=FLAKE) == lines


def test_a_text_made_from_the_number_is_not_told_as_well(tmp_path):
    text = READS.replace("(toString setup", '"node[1-${toString setup').replace(
        "nb_nodes)", 'nb_nodes}]"'
    )
    project(tmp_path, composition_nix=text, flake_nix=FLAKE)
    write(tmp_path, {"setup.toml": "[params]\nnb_nodes = 3\n"})
    assert [code for code, _, _ in found(tmp_path, "NXC319", "NXC426")] == ["NXC319"]
    assert [code for code, _, _ in found(tmp_path, "NXC426")] == ["NXC426"]
