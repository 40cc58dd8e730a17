"""Helpers for tests of projects that were written before."""

from __future__ import annotations

from pathlib import Path

from scaffold.writer.record import HEAD


def forget_written(project: Path) -> None:
    """Remove the record of what was written, which versions before it did not keep."""
    state = project / ".nxc-scaffold.toml"
    before, head, _ = state.read_text().partition(HEAD)
    assert head
    state.write_text(before.rstrip() + "\n")
