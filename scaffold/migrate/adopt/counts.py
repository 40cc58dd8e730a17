"""How many hosts a role has, however that is written: a number, a list of names, several roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError, Problem
from scaffold.base.values import did_you_mean
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.migrate.adopt.problems import Problems
from scaffold.migrate.adopt.reading import CompositionText, RoleText, numbered_alike
from scaffold.survey.views import RoleOptions, View

#: A role that the user says something of: its composition, empty for any, and its name.
Wanted = tuple[str, str]


def numbered(given: Sequence[Layer]) -> list[tuple[str, str]]:
    """Return the roles that are told to have a number on their one host, with the composition."""
    told = merge(given)
    tables = {"": told, **_tables(told.get("compositions"))}
    return [
        (name, role)
        for name, table in tables.items()
        for role, answers in _tables(table.get("roles")).items()
        if str(answers.get("numbered")).lower() == "true"
    ]


def require_known(given: Sequence[Layer], roles: Mapping[str, Collection[str]]) -> None:
    """Refuse answers about roles that no composition has; ``roles`` are those of each.

    Raises:
        InputError: with each of them.

    """
    told, every = merge(given), sorted({role for own in roles.values() for role in own})
    tables = {"": told, **_tables(told.get("compositions"))}
    problems = [
        Problem(f"roles.{role}", "the composition has no such role", did_you_mean(role, known))
        for name, table in tables.items()
        for known in [sorted(roles.get(name, ())) or every]
        for role in _tables(table.get("roles"))
        if role not in known
    ]
    if problems:
        raise InputError(*problems)


def _tables(value: object) -> dict[str, Mapping[str, object]]:
    if not isinstance(value, Mapping):
        return {}
    return {str(key): table for key, table in value.items() if isinstance(table, Mapping)}


def _settings(role: RoleOptions) -> str:
    """Return what a role sets as text that can be compared, without the places of the text."""
    told = [(o.path, o.kind, o.value, o.whole, o.priority) for o in role.options]
    return repr((told, role.unknown, role.failure))


def merged(
    text: CompositionText, view: View, options: Mapping[str, Mapping[str, RoleOptions]]
) -> tuple[RoleText, ...]:
    """Return the roles of a text; those that differ in their number alone are one with a count.

    They are one when their texts and what they set are the same: node1 and node2 become node ×2,
    whose hosts are called node1 and node2 as before.
    """
    found = text.roles
    for many in numbered_alike(text):
        same = all(
            len({_settings(roles[name]) for name in many.members}) == 1
            for roles in options.values()
        )
        told = {*view.distribution, *view.docker_published}
        if same and not told & {many.name, *many.members}:
            rest = [role for role in found if role.name not in many.members]
            at = [role.name for role in found].index(many.members[0])
            found = (*rest[:at], many, *rest[at:])
    return found


def counted(
    role: RoleText, view: View, place: str, problems: Problems, numbered: Collection[str]
) -> int:
    """Return how many hosts a role of the project has."""
    if role.many:
        if any(name in view.distribution for name in role.members):
            what = "each role that makeMany makes has hosts of its own besides"
            problems.add(f"{place}: rolesDistribution.{role.name}", what, "Use one of the two")
        return role.many
    given = view.distribution.get(role.name)
    where = f"{place}: rolesDistribution.{role.name}"
    if given is None:
        return 1
    if isinstance(given, int) and given > 1:
        return given
    if isinstance(given, list):
        count = len(given)
        if count and tuple(given) == host_names(Role(role.name, count, numbered=True)):
            return count
        what = f"its hosts have names of their own: {', '.join(given[:5])}"
        problems.add(where, what, "Leave the line out, or write a number of 2 or more")
    elif given == 1 and role.name not in numbered:
        what = f"a number of 1 calls its host {role.name}1 on machines and {role.name} in docker"
        remedy = (
            f"Leave the line out, and the host is {role.name} everywhere; or give "
            f"--set roles.{role.name}.numbered=true, and it is {role.name}1 everywhere"
        )
        problems.add(where, what, remedy)
    elif given == 1:
        return 1
    else:
        problems.add(where, f"{given} is no number of hosts", "Write a number of 2 or more")
    return 1
