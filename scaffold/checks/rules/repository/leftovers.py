"""What editors and builds left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_LEFTOVER = re.compile(r"(?:\.bak|~|\.swp|\.swo|\.orig|\.rej)$|^#.*#$")


@rule(
    "NXC702",
    "build-link",
    "a link to a build is in the repository",
    severity=Severity.WARNING,
    why="`nxc build` leaves links into the store of one machine, which lead nowhere on another.",
    remedy="Remove it from git, and add build/ and deploy/ to .gitignore",
)
def build_link(target: Target) -> Iterator[Hit]:
    """Look for what git knows of build/ and deploy/."""
    for folder in ("build", "deploy", "result"):
        for name in target.tracked_below(folder):
            if "::" in name or name == "result":
                yield Hit(target.root / name, None, "git has a link to a build")


@rule(
    "NXC703",
    "editor-leftover",
    "a file that an editor left lies in the repository",
    severity=Severity.NOTE,
    why="It is no part of the project, and soon differs from what is.",
    remedy="Remove it",
)
def editor_leftover(target: Target) -> Iterator[Hit]:
    """Look at the names."""
    for path in target.files:
        if _LEFTOVER.search(path.name):
            yield Hit(path, None, "an editor left it")
