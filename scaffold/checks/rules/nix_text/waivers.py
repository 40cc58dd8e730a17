"""Comments that waive findings."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.checks.waivers import waivers_of


@rule(
    "NXC004",
    "empty-waiver",
    "a comment waives a rule that there is not, or gives no reason",
    severity=Severity.WARNING,
    kinds=ANY_KIND,
    why="With a code that is misspelt nothing is waived, and the next reader cannot tell why a "
    "finding without a reason was.",
    remedy="Name a code of nxc-scaffold list rules, and say why",
    bad="# nxc: ignore[NXC5050]",
    good="# nxc: ignore[NXC505] the script comes with the next release",
)
def empty_waiver(target: Target) -> Iterator[Hit]:
    """Look at the comments in Nix, Python and TOML."""
    from scaffold.checks.registry import find  # it imports this module

    for path in target.files:
        if path.suffix not in (".nix", ".py", ".toml"):
            continue
        for waiver in waivers_of(target.session.text(path) or ""):
            unknown = sorted(code for code in waiver.codes if find(code) is None)
            if unknown or not waiver.codes:
                yield Hit(path, waiver.line, f"{', '.join(unknown) or 'nothing'} is no rule")
            elif not waiver.reason:
                yield Hit(path, waiver.line, "it gives no reason")
