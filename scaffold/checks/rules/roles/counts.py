"""Ranges of hosts in texts that disagree with the distribution."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.views import texts_of

_RANGE = re.compile(r"([A-Za-z][A-Za-z0-9_-]*?)\[1-(\d+)\]")


@rule(
    "NXC426",
    "counts-disagree",
    "a number of hosts in a text is not that of rolesDistribution",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="Slurm, EAR and others are told the names of hosts as a text such as node[1-4]. Hosts "
    "that are not in it are not used, and one that is too many is waited for.",
    remedy="Make the text from the number, or give both the same",
    bad='rolesDistribution.node = 2;\nservices.slurm.nodeName = [ "node[1-4]" ];',
    good='rolesDistribution.node = 4;\nservices.slurm.nodeName = [ "node[1-4]" ];',
    repeats=("NXC319",),
)
def counts_disagree(target: Target) -> Iterator[Hit]:
    """Look for ranges of a role's hosts in the texts of options."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            views = called.views.get(name, {})
            view = next(iter(views.values()), None)
            if view is None:
                continue
            for option in options.options:
                for text in texts_of(option):
                    for match in _RANGE.finditer(text):
                        count = _count(view.roles, view.hosts, match[1])
                        if count and count != int(match[2]):
                            message = (
                                f"{option.name} of role {role} says {match[0]}, and there are "
                                f"{count} hosts {match[1]}"
                            )
                            yield option_hit(target, called, name, option, message)

    yield from once(found())


def _count(roles: object, hosts: tuple[str, ...], base: str) -> int:
    """Return how many hosts are called ``base`` and a number."""
    return sum(1 for host in hosts if re.fullmatch(rf"{re.escape(base)}\d+", host))
