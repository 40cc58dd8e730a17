"""What a diagram shows of a topology: groups of roles that run the same parts, links between them.

Such roles share a box so that the diagram of a thousand roles can still be read, and drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.composition.model import Role
from scaffold.composition.topology import Topology

RoleGroup = list[Role]


def groups_of(topology: Topology) -> list[RoleGroup]:
    """Return the roles, those that run the same parts together; the first names the group."""
    found: dict[frozenset[str], RoleGroup] = {}
    for role in topology.composition.roles:
        same = frozenset(part.id for part in topology.parts[role.name])
        found.setdefault(same, []).append(role)
    return list(found.values())


def links(topology: Topology) -> dict[tuple[str, str], list[str]]:
    """Return which group talks to which other one, by their names, and to which of its parts."""
    groups = groups_of(topology)
    having: dict[str, list[RoleGroup]] = {}
    for group in groups:
        for part in topology.parts[group[0].name]:
            having.setdefault(part.id, []).append(group)
    found: dict[tuple[str, str], dict[str, None]] = {}
    for group in groups:
        for part in topology.parts[group[0].name]:
            for wanted in part.talks_to:
                for other in having.get(wanted, []):
                    if other is not group:
                        found.setdefault((group[0].name, other[0].name), {})[wanted] = None
    return {ends: list(parts) for ends, parts in found.items()}


def title(group: RoleGroup) -> str:
    """Return the roles of a group with their counts."""
    names = [f"{role.name} ×{role.count}" if role.count > 1 else role.name for role in group]
    return shortened(names, ", ")


def parts(group: RoleGroup, topology: Topology) -> list[str]:
    """Return the ids of the parts that the roles of a group run, as far as users choose them."""
    return [part.id for part in topology.parts[group[0].name] if not part.hidden]


def shortened(names: Sequence[str], separator: str = " ", most: int = 8) -> str:
    """Return names as text, long lists shortened in the middle."""
    found = names if len(names) <= most else (*names[:2], "…", names[-1])
    return separator.join(found)
