"""Files that are not written as nixfmt does."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.system import nix
from scaffold.system.nix_errors import NixError


@rule(
    "NXC013",
    "not-formatted",
    "a file is not formatted as nixfmt does",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    level=Level.STUB,
    why="One style for all: a change then shows only what changes. The rule is only asked of "
    "projects that were written by this tool, and where it is selected.",
    remedy="Run nixfmt on it",
    since="nixfmt 1.0 (RFC 166)",
    by_default=False,
)
def not_formatted(target: Target) -> Iterator[Hit]:
    """Ask nixfmt about every file; an older one writes another style and is not asked."""
    if nix.nixfmt_version() < (1,):
        return
    for file in target.parsed:
        try:
            if not nix.nixfmt_check(file.path):
                name = file.path.relative_to(target.root)
                yield Hit(file.path, None, "is not formatted", None, f"Run: nixfmt {name}")
        except NixError as error:
            yield Hit(file.path, error.failure.line, error.failure.message)
