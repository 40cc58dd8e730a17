"""How prompts look: in colour, or with ``--plain`` as text without colours and drawn signs."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import ContextVar

import questionary
from prompt_toolkit.formatted_text import StyleAndTextTuples, to_formatted_text
from prompt_toolkit.styles import DEFAULT_ATTRS, Attrs, StyleTransformation
from questionary.prompts.common import InquirerControl

#: What questionary draws in lists, and what a screen reader can say.
SIGNS = {"\u00bb": ">", "\u25cf": "[x]", "\u25cb": "[ ]"}
_PLAIN = ContextVar("plain", default=False)


class _NoLooks(StyleTransformation):
    def transform_attrs(self, attrs: Attrs) -> Attrs:
        """Return text that looks like any other."""
        return DEFAULT_ATTRS


def speak_plainly(*, wanted: bool) -> None:
    """Say how the prompts of this run are to look."""
    _PLAIN.set(wanted)


def plain() -> bool:
    """Whether the prompts of this run are read out rather than looked at."""
    return _PLAIN.get() or os.environ.get("TERM") == "dumb"


def tell(text: str, style: str = "") -> None:
    """Print text between prompts."""
    questionary.print(text, style=None if _PLAIN.get() else style)


def wider() -> int:
    """Return by how many columns a list is wider than with drawn signs."""
    return 2 if _PLAIN.get() else 0


def as_wanted(prompt: questionary.Question) -> questionary.Question:
    """Return a prompt as it is to look."""
    if not _PLAIN.get():
        return prompt
    application = prompt.application
    application.style_transformation = _NoLooks()
    for control in application.layout.find_all_controls():
        if isinstance(control, InquirerControl):
            control.text = _spelled(control.text, ticked=control.use_indicator)  # type: ignore[arg-type]
    return prompt


def _spelled(
    drawn: Callable[[], StyleAndTextTuples], *, ticked: bool
) -> Callable[[], StyleAndTextTuples]:
    """Return what a list shows with its signs in letters; texts of the user stay as they are."""

    def spelled(style: str, shown: str) -> str:
        sign = shown.strip()
        if ticked and style == "class:disabled" and shown.startswith("- "):
            return f"-   {shown[2:]}"  # as wide as [x]
        return shown.replace(sign, SIGNS[sign]) if sign in SIGNS else shown

    return lambda: [(own, spelled(own, shown)) for own, shown, *_ in to_formatted_text(drawn)]
