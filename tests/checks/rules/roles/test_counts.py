"""Ranges of hosts in texts that disagree with the distribution."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(("told", "hits"), [(2, 0), (3, 1)])
def test_a_range_of_hosts_has_to_be_that_of_the_distribution(tmp_path, told, hits):
    inside = f'services.slurm.nodeName = [ "node[1-{told}] CPUs=1" ];'
    text = composition(f"roles.node = {{ ... }}: {{ {inside} }};\nrolesDistribution.node = 2;")
    assert len(lines_hit(tmp_path, "NXC426", {}, composition_nix=text)) == hits
