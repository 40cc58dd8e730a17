"""The options of NFS exports."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC012", '{ services.nfs.server.exports = "/srv *(rw, sync)"; }', [1]),
        ("NXC012", '{ services.nfs.server.exports = "/srv *(rw,sync) b(ro)"; }', []),
    ],
)
def test_it_fires_on_files(tmp_path, code, text, lines):
    files = {"x.nix": text, "f.nix": "{ needed, given ? 1 }: needed"}
    assert lines_hit(tmp_path, code, files) == lines
