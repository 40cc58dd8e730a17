"""Private keys."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


def test_a_private_key_is_told_with_its_line(tmp_path):
    kind = "OPENSSH PRIVATE KEY"
    key = f"''\n-----BEGIN {kind}-----\nx\n-----END {kind}-----\n''\n"
    assert lines_hit(tmp_path, "NXC701", {"key.nix": key}) == [2]
