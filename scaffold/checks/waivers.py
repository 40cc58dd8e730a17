"""Comments that waive a finding: ``# nxc: ignore[CODE] reason`` in Nix, Python and TOML.

The comment stands on the line of the finding, or alone on the line above it. With
``# nxc: ignore-file[CODE] reason`` it holds for the whole file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WAIVER = re.compile(r"#\s*nxc:\s*ignore(?P<file>-file)?\[(?P<codes>[^\]]*)\](?P<reason>[^\n]*)")


@dataclass(frozen=True)
class Waiver:
    """One comment: its line, the codes it waives, the line it holds for (None: the whole file)."""

    line: int
    codes: frozenset[str]
    holds_for: int | None
    reason: str


def waivers_of(text: str) -> tuple[Waiver, ...]:
    """Return the waivers of a file's text."""
    if "nxc:" not in text:
        return ()
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _WAIVER.search(line)
        if match is None:
            continue
        codes = frozenset(part.strip() for part in match["codes"].split(",") if part.strip())
        alone = not line[: match.start()].strip()
        holds_for = None if match["file"] else number + 1 if alone else number
        found.append(Waiver(number, codes, holds_for, match["reason"].strip(" :-")))
    return tuple(found)


def waived(waivers: tuple[Waiver, ...], names: frozenset[str], line: int | None) -> bool:
    """Say whether a finding of a rule with these names (code, name) on a line is waived."""
    return any(
        names & waiver.codes and (waiver.holds_for is None or waiver.holds_for == line)
        for waiver in waivers
    )
