"""How many hosts a role has."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.base.values import did_you_mean
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC402",
    "distribution-role",
    "rolesDistribution names a role that there is not",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The key is silently ignored: the hosts that it asks for are never made.",
    remedy="Name a role, or remove the line",
    bad="roles.node = …;\nrolesDistribution = { nodes = 2; };",
    good="roles.node = …;\nrolesDistribution = { node = 2; };",
)
def distribution_role(target: Target) -> Iterator[Hit]:
    """Compare the keys with the roles."""
    for path, view in target.views():
        for role in view.distribution.keys() - view.roles.keys():
            remedy = did_you_mean(role, view.roles, "")
            message = f"rolesDistribution.{role} is no role and is silently ignored"
            yield target.hit_at(view.places.get(f"rolesDistribution.{role}"), path, message, remedy)


@rule(
    "NXC408",
    "distribution-value",
    "rolesDistribution has a value that makes no hosts",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="A role has a number of hosts from one on, or a list of their names.",
    remedy="Give a number of hosts from 1 on, or a list of their names",
    bad='rolesDistribution.node = "2";',
    good="rolesDistribution.node = 2;",
)
def distribution_value(target: Target) -> Iterator[Hit]:
    """Look at the values."""
    for path, view in target.views():
        for role, given in view.distribution.items():
            if role not in view.roles:
                continue
            key = f"rolesDistribution.{role}"
            if isinstance(given, str):
                yield target.hit_at(view.places.get(key), path, f"{key} is a {given}")
            elif isinstance(given, int) and given < 1:
                yield target.hit_at(view.places.get(key), path, f"{key} = {given} makes no host")


@rule(
    "NXC409",
    "one-host",
    "a count of one names the host differently on docker",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="rolesDistribution.web = 1 makes the host web1 on vm and Grid'5000, and web on docker: "
    "other hosts and the test script can only name one of the two.",
    remedy="Remove the line, or give a list with the name of the host",
    bad="rolesDistribution.web = 1;",
    good='rolesDistribution.web = [ "web" ];',
)
def one_host(target: Target) -> Iterator[Hit]:
    """Look for a one."""
    for path, view in target.views():
        for role, given in view.distribution.items():
            if given == 1 and role in view.roles:
                message = f"rolesDistribution.{role} = 1 is {role}1 on vm and {role} on docker"
                yield target.hit_at(view.places.get(f"rolesDistribution.{role}"), path, message)
