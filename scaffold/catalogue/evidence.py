"""What was seen of stacks and services, in one line: booted and tested, evaluated only, on paper.

The lines follow from the trials of ``evidence.toml``. A service has no trial of its own: what is
known of it are the subtests of its fragment, whose names begin with its name, in the trials of
stacks.
"""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.stacks import Trial

ON_PAPER = "on paper: no trial of it is recorded"


def stack_evidence(stack: str, catalog: Catalog) -> str:
    """Return what was seen of a stack with its own answers."""
    mine = [trial for trial in catalog.trials.values() if trial.stack == stack]
    return _line((t, t.subtests) for t in mine if not t.answers)


def service_evidence(service: str, catalog: Catalog) -> str:
    """Return what was seen of a service in the stacks that have it."""
    found = []
    for trial in catalog.trials.values():
        mine = {n: seen for n, seen in trial.subtests.items() if n.startswith(f"{service}: ")}
        if mine or (not trial.subtests and service in _services_of(trial.stack, catalog)):
            found.append((trial, mine))
    return _line(found)


def _services_of(stack: str, catalog: Catalog) -> set[str]:
    roles = catalog.stacks[stack].roles.values() if stack in catalog.stacks else ()
    # By their names: to read each part would load every service of the catalogue.
    return {part.partition(".")[0] for role in roles for part in role.parts}


def _line(found: Iterable[tuple[Trial, dict[str, str]]]) -> str:
    """Return the line of the trial that shows the most: a boot more than an evaluation."""
    best = max(found, key=_shown, default=None)
    if best is None:
        return ON_PAPER
    trial, subtests = best
    when = f"nixpkgs {trial.nixpkgs} ({trial.month})"
    if subtests and trial.flavour != "vm":
        when += f", flavour {trial.flavour}"
    since = "; its files have changed since" if trial.changed else ""
    if not subtests:
        return f"evaluated only, on {when}"
    if not any(seen == "passed" or seen.startswith("failed") for seen in subtests.values()):
        return f"on hosts that booted on {when}: 0 of {len(subtests)} claims could be shown{since}"
    if _passed(subtests) == len(subtests):
        return f"booted and tested on {when}{since}"
    return f"booted on {when}: {_passed(subtests)} of {len(subtests)} claims seen to hold{since}"


def _shown(one: tuple[Trial, dict[str, str]]) -> tuple[int, bool, bool, str, bool]:
    """Return what orders trials: claims seen to hold, booted, of today's files, lately, as vm."""
    trial, subtests = one
    booted = bool(subtests)
    return _passed(subtests), booted, not trial.changed, trial.month, trial.flavour == "vm"


def _passed(subtests: dict[str, str]) -> int:
    return sum(seen == "passed" for seen in subtests.values())
