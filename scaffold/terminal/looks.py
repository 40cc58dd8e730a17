"""Whether a run is drawn in colour, or read out as ``--plain`` wants it."""

from __future__ import annotations

import os
from contextvars import ContextVar

_PLAIN = ContextVar("plain", default=False)


def speak_plainly(*, wanted: bool) -> None:
    """Say how the screens of this run are to be."""
    _PLAIN.set(wanted)


def plain() -> bool:
    """Whether the screens of this run are read out rather than looked at."""
    return _PLAIN.get() or os.environ.get("TERM") == "dumb"
