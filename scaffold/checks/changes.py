"""What became of a name of nixpkgs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """What became of a name: from which release on, its new name, what else to say."""

    since: str
    new: str
    what: str
    removed: bool
    mechanical: bool = False
