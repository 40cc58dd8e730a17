"""Files below /etc that roles set."""

import pytest

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import role

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "inside", "lines"),
    [
        ("NXC427", 'environment.etc.lab."x.conf" = "a";', [4]),
        ("NXC427", 'environment.etc.lab."x.conf".text = "a";', [4]),
        ("NXC427", 'environment.etc."lab/x.conf" = { text = "a"; user = "b"; };', []),
        ("NXC428", 'environment.etc."x".mode = "rw";', [4]),
        ("NXC428", 'environment.etc."x".mode = "0644";', []),
        ("NXC428", 'environment.etc."x".mode = "direct-symlink";', []),
        ("NXC429", "environment.etc.\"x.json\".text = ''{ \"a\": [1,], }'';", [4]),
        ("NXC429", "environment.etc.\"x.json\".text = ''{ \"a\": [1] }'';", []),
        ("NXC429", "environment.etc.\"x.json\".text = ''{ } // as the program wants it'';", []),
        ("NXC429", 'environment.etc."x.json".text = builtins.toJSON { a = pkgs.curl; };', []),
        ("NXC429", 'environment.etc."x.conf".text = "a";', []),
    ],
)
def test_it_fires(tmp_path, code, inside, lines):
    assert lines_hit(tmp_path, code, {}, composition_nix=role(inside)) == lines
