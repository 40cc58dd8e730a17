"""What a question is called on the command line.

``--help`` needs this part of a question alone, and loads nothing else for it.
"""

from __future__ import annotations

from typing import NamedTuple


class Flag(NamedTuple):
    """A question's key in the answers file and its flag."""

    key: str
    flag: str
    metavar: str
    help: str
    repeatable: bool = False
