"""Text in Nix files that is a program of another language: scripts, units, test scripts."""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.catalogue.migrations import Migration
from scaffold.migrate.draft import Draft


def report_mentions(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name what strings and comments-free code mention of something that changed."""
    for _, file in draft.nix_files():
        for migration in migrations:
            for node in file.nodes:
                if node.kind not in ("string", "indented string"):
                    continue
                for old in migration.olds:
                    at = node.text.find(old)
                    if at >= 0:
                        since = f" from {migration.first} on" if migration.first else ""
                        what = f"{old} works otherwise{since}"
                        place = node.start + at
                        draft.tell_left(file, place, what, migration.what, migration.name)
