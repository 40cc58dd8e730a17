"""The flavour that nxc.json names."""

import pytest

from tests.checks.rules.findings import lines_hit


@pytest.mark.parametrize(
    ("code", "text", "hits"),
    [
        ("NXC302", '{"composition": "composition.nix", "default_flavour": "nixos-test"}', 1),
        ("NXC302", '{"composition": "composition.nix", "default_flavour": "docker"}', 0),
        ("NXC303", '{"composition": "composition.nix", "default_flavour": ""}', 1),
        ("NXC304", '{"composition": "composition.nix"}', 1),
    ],
)
def test_nxc_json(tmp_path, code, text, hits):
    assert len(lines_hit(tmp_path, code, {"nxc.json": text})) == hits
