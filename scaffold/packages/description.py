"""The description of a package, as nixpkgs wants it."""

from __future__ import annotations

import re

LONGEST_DESCRIPTION = 120


def tidy(description: str, name: str = "") -> str:
    """Return a description as nixpkgs wants it: one line, no article or name in front, no dot."""
    text = " ".join(description.split())
    if re.match(r"!?\[|<", text):
        return ""  # a picture or a badge
    text = re.sub(r"^[^\w\"'(]+", "", text).rstrip(".")
    if name:
        text = re.sub(rf"(?i)^{re.escape(name)}\s*[-:\u2013\u2014]+\s+(?=\S)", "", text)
    text = re.sub(r"^(?:(?:the )?\S+ is )?(?:an?|the)\s+(?=\S)", "", text, flags=re.IGNORECASE)
    if len(text) > LONGEST_DESCRIPTION:
        text = re.split(r"\.\s", text)[0]
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.islower() else text
