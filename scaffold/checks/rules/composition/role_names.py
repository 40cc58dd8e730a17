"""How roles may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.names import DRIVER_NAMES, PYTHON_NAMES
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.rules.composition.keys import KEYS
from scaffold.checks.target import Target

_PYTHON_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


_NUMBERED = re.compile(r"(.*[^0-9])([1-9][0-9]*)")


@rule(
    "NXC405",
    "role-name",
    "a role has a name that its hosts or the test script cannot have",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="A role's name becomes a host name and a variable of the test script. The driver has "
    "names of its own, which such a role would replace.",
    remedy="Use letters and digits, a letter first, and no name of Python or of the driver",
    bad="roles.oar-server = …;",
    good="roles.server = …;",
)
def role_name(target: Target) -> Iterator[Hit]:
    """Compare the names of roles with those of Python and of the driver."""
    for path, view in target.views():
        for role in view.roles:
            if role in KEYS:
                continue
            problem = ""
            if not _PYTHON_NAME.fullmatch(role):
                problem = "is no name of a variable of the test script"
            elif role in DRIVER_NAMES:
                problem = "is a name of the driver"
            elif role in PYTHON_NAMES:
                problem = "is a name of Python"
            if problem:
                message = f"role {role} {problem}"
                yield target.hit_at(view.places.get(f"roles.{role}"), path, message)


@rule(
    "NXC406",
    "numbered-roles",
    "roles are numbered by hand",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="One role with a count says the same once, and setup.toml can change the count.",
    remedy="Write one role, and rolesDistribution.<role> = 2;",
    bad="roles.node1 = …;\nroles.node2 = …;",
    good="roles.node = …;\nrolesDistribution.node = 2;",
)
def numbered_roles(target: Target) -> Iterator[Hit]:
    """Look for roles that differ in their number only."""
    for path, view in target.views():
        numbered: dict[str, list[str]] = {}
        for role in view.roles:
            if match := _NUMBERED.fullmatch(role):
                numbered.setdefault(match[1], []).append(role)
        for base, roles in numbered.items():
            if len(roles) > 1:
                message = f"{', '.join(roles[:3])}{' …' if len(roles) > 3 else ''} are one {base}"
                yield target.hit_at(view.places.get(f"roles.{roles[0]}"), path, message)
