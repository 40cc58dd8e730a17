"""What roles set, as rules of them see it."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Hit
from scaffold.checks.target import Target
from scaffold.survey.views import Called, Option, RoleOptions


def each_role(target: Target) -> Iterator[tuple[Called, str, str, RoleOptions]]:
    """Yield call, composition, role and what it sets; a role is told once for one composition."""
    for called in target.reader.deeply:
        for name, roles in called.options.items():
            for role, options in roles.items():
                yield called, name, role, options


def once(hits: Iterator[Hit]) -> Iterator[Hit]:
    """Yield each finding once: a module that several roles import sets the same for all."""
    seen: set[tuple[object, ...]] = set()
    for hit in hits:
        key = (hit.path, hit.line, hit.column, hit.message if hit.line is None else "")
        if key not in seen:
            seen.add(key)
            yield hit


def option_hit(target: Target, called: Called, name: str, option: Option, message: str) -> Hit:
    """Return a finding where an option is set, else where its composition is written."""
    return target.hit_at(option.place, target.file_of(name, called), message)
