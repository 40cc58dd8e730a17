"""The variant that setup.toml selects."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.base.values import did_you_mean
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC314",
    "setup-selected",
    "setup.toml has a variant selected",
    severity=Severity.WARNING,
    why="Everybody who builds the project gets that variant, without having asked for it.",
    remedy="Remove the line, and select by nxc build --setup",
    bad='[project]\nselected = "dev"',
    good="[project]",
)
def setup_selected(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for entry in target.project.setups:
        chosen = entry.selected
        if chosen and chosen in entry.values:
            line = entry.line_of(r"^\s*selected\b")
            yield Hit(entry.path, line, f"the variant {chosen} is selected for everybody")


@rule(
    "NXC315",
    "setup-selected-missing",
    "setup.toml selects a variant that is not there",
    severity=Severity.ERROR,
    why="The library asserts that it is there: nothing evaluates.",
    remedy="Name a table of the file, or remove the line",
    bad='[project]\nselected = "g5k"',
    good='[project]\nselected = "g5k"\n\n[g5k.params]\n…',
)
def setup_selected_missing(target: Target) -> Iterator[Hit]:
    """Compare it with the tables."""
    for entry in target.project.setups:
        chosen = entry.selected
        if chosen is not None and chosen not in entry.values:
            remedy = did_you_mean(chosen, entry.variants, "")
            line = entry.line_of(r"^\s*selected\b")
            yield Hit(entry.path, line, f"there is no variant {chosen!r}", None, remedy)
