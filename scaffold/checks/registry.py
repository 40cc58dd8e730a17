"""All rules, found by importing the modules of :mod:`scaffold.checks.rules`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from scaffold.base.errors import InputError, Problem
from scaffold.base.values import did_you_mean
from scaffold.checks import rules
from scaffold.checks.rule import Rule, declared_rules


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        importlib.import_module(module.name)
    return declared_rules()


def find(name: str) -> Rule | None:
    """Return the rule of a code or name, or None."""
    wanted = name.upper()
    return next((r for r in all_rules() if wanted == r.code or name.lower() == r.name), None)


def matching(selectors: Iterable[str], where: str) -> frozenset[str]:
    """Return the codes that selectors mean: a code, a name, or the beginning of codes (``NXC1``).

    Raises:
        InputError: a selector means no rule; ``where`` names the flag or the file that has it.

    """
    found: set[str] = set()
    problems: list[Problem] = []
    for selector in selectors:
        prefix = selector.upper()
        codes = {r.code for r in all_rules() if prefix and r.code.startswith(prefix)}
        codes |= {r.code for r in all_rules() if r.name == selector.lower()}
        codes |= {r.code for r in all_rules() if prefix == "ALL"}
        if not codes:
            remedy = did_you_mean(
                selector,
                [r.name for r in all_rules()] + [r.code for r in all_rules()],
                "nxc-scaffold list rules shows them",
            )
            problems.append(Problem(where, f"{selector!r} is no rule", remedy))
        found |= codes
    if problems:
        raise InputError(*problems)
    return frozenset(found)
