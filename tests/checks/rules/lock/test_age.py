"""Pins that are old."""

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import lock


def test_an_old_pin_is_told_once(tmp_path):
    assert lines_hit(tmp_path, "NXC205", lock("1600000000")) != []
    assert lines_hit(tmp_path, "NXC205", lock("1750000000")) == []
