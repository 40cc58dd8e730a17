"""Options that no release of NixOS has, and whose name is nearly that of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.catalogue.option_names import NEW, OLD, Misspelt, misspelt
from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target

_DECLARES = re.compile(r"\bmk\w*Option")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")


@rule(
    "NXC606",
    "option-misspelt",
    "an option that no release of NixOS has",
    severity=Severity.WARNING,
    level=Level.NAMES,
    why="NixOS refuses to evaluate a role that sets an option that nothing declares.",
    remedy="Write the name that is there",
    bad="services.ngnix.enable = true;",
    good="services.nginx.enable = true;",
    since="20.09 to 26.11",
    sure="Only where a name that is there is nearly the same; a note where only 26.11 has that "
    "one. Silent below options that take any key, in roles with modules of inputs that are not "
    "read, and for what the project declares itself",
)
def option_misspelt(target: Target) -> Iterator[Hit]:
    """Compare the options that roles set with the names of 20.09 and 26.11."""
    if target.release is None or not OLD <= target.release <= NEW:
        return
    yield from once(_misspelt(target))


def _misspelt(target: Target) -> Iterator[Hit]:
    declared = _declared(target)
    for called, name, _, role in each_role(target):
        if any("kapack" not in module for module in role.unknown):
            continue
        for option in role.options:
            found = misspelt(option.path)
            if found is None or found.path[-1] in declared:
                continue
            wrong, near = ".".join(found.path), ".".join(found.near)
            message = f"{wrong} is no option: {near} is one"
            hit = option_hit(target, called, name, option, message)
            yield replace(hit, remedy=_remedy(found, near), severity=_severity(found))


def _remedy(found: Misspelt, near: str) -> str:
    have = f"NixOS {' and '.join(found.releases)}"
    return f"Write {near}: {have} {'has' if len(found.releases) == 1 else 'have'} it"


def _severity(found: Misspelt) -> Severity:
    """Return a note where a release in between may have called it otherwise."""
    return Severity.WARNING if OLD in found.releases else Severity.NOTE


def _declared(target: Target) -> frozenset[str]:
    """Return every word of the files that may declare options."""
    files = (file for file in target.nix_files if _DECLARES.search(file.text))
    return frozenset(word for file in files for word in _WORD.findall(file.text))
