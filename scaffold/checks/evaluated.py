"""What nix says when an evaluation fails, as a finding."""

from __future__ import annotations

from scaffold.checks.rule import Hit
from scaffold.checks.target import Target
from scaffold.system.nix_errors import Failure


def failure_hit(target: Target, failure: Failure, what: str, otherwise: str = "flake.nix") -> Hit:
    """Return a finding at the place that nix names, else in the file ``otherwise``."""
    inside = target.root / failure.file if failure.file is not None else None
    message = f"{what}: {failure.message.splitlines()[0]}"
    if inside is not None and inside.is_relative_to(target.root) and inside.is_file():
        return Hit(inside, failure.line, message, None, failure.remedy)
    return Hit(target.root / otherwise, None, message, None, failure.remedy)
