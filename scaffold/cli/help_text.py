"""How ``--help`` is laid out: as click does it, but words are broken at blanks alone.

click breaks a line after any hyphen, and so in the middle of a flag or of a file's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

#: A hyphen at which no line may be broken; what is printed has the usual one.
_KEPT = "\N{NON-BREAKING HYPHEN}"


class HelpFormatter(click.HelpFormatter):
    """Lays out the help of a command."""

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(text.replace("-", _KEPT))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **more: Any) -> None:
        """Write a list of flags or commands, each with what it does."""
        kept = [(name, about.replace("-", _KEPT)) for name, about in rows]
        super().write_dl(kept, *args, **more)

    def write(self, string: str) -> None:
        """Write text that is laid out."""
        super().write(string.replace(_KEPT, "-"))


class Context(click.Context):
    """The context of a command, with this layout of its help."""

    formatter_class = HelpFormatter
