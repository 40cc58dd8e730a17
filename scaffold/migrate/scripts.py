"""Text in Nix files that is a program of another language: scripts, units, test scripts."""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.catalogue.migrations import Migration
from scaffold.migrate.draft import Draft

#: What ends an old form in the table, so that no longer name is meant.
_MARKS = '(")'


def report_mentions(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name what strings and comments-free code mention of something that changed."""
    for _, file in draft.nix_files():
        texts = [node for node in file.nodes if node.kind in ("string", "indented string")]
        for migration in migrations:
            for node in texts:
                places = [(node.text.find(old), old) for old in migration.olds]
                at, old = min((p for p in places if p[0] >= 0), default=(-1, ""))
                if at >= 0:  # once a text is enough: it is read as a whole
                    since = f" from {migration.first} on" if migration.first else ""
                    what = f"{old.rstrip(_MARKS)} works otherwise{since}"
                    place = node.start + at
                    draft.tell_left(file, place, what, migration.what, migration.name)
