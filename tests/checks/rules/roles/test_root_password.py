"""The password of root, which NixOS Compose sets."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition, role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC422", role('users.users.root.password = "nixos";'), [4]),
        ("NXC422", role('users.users.root.password = lib.mkForce "x";'), []),
        ("NXC422", role('users.users.root.password = "";'), []),
    ],
)
def test_it_fires_on_roles(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {}, composition_nix=text) == lines


def test_a_module_that_two_roles_share_is_told_once(tmp_path):
    text = composition("roles.a = import ./m.nix;\nroles.b = import ./m.nix;")
    files = {"m.nix": '{ ... }: {\n  users.users.root.password = "nixos";\n}'}
    assert lines_hit(tmp_path, "NXC422", files, composition_nix=text) == [2]
