"""What a diagram shows of a topology: boxes of roles that run the same parts, links between them.

Roles share a box so that the diagram of a thousand roles can still be read, and drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.composition.model import Role
from scaffold.composition.topology import Topology

Box = list[Role]


def boxes(topology: Topology) -> list[Box]:
    """Return the roles, those that run the same parts together; the first gives a box its name."""
    found: dict[frozenset[str], Box] = {}
    for role in topology.composition.roles:
        same = frozenset(part.id for part in topology.parts[role.name])
        found.setdefault(same, []).append(role)
    return list(found.values())


def links(topology: Topology) -> dict[tuple[str, str], list[str]]:
    """Return which box talks to which other one, by their names, and to which of its parts."""
    drawn = boxes(topology)
    having: dict[str, list[Box]] = {}
    for box in drawn:
        for part in topology.parts[box[0].name]:
            having.setdefault(part.id, []).append(box)
    found: dict[tuple[str, str], dict[str, None]] = {}
    for box in drawn:
        for part in topology.parts[box[0].name]:
            for wanted in part.talks_to:
                for other in having.get(wanted, []):
                    if other is not box:
                        found.setdefault((box[0].name, other[0].name), {})[wanted] = None
    return {ends: list(parts) for ends, parts in found.items()}


def title(box: Box) -> str:
    """Return the roles of a box with their counts."""
    names = [f"{role.name} ×{role.count}" if role.count > 1 else role.name for role in box]
    return shortened(names, ", ")


def parts(box: Box, topology: Topology) -> list[str]:
    """Return the ids of the parts that the roles of a box run, as far as users choose them."""
    return [part.id for part in topology.parts[box[0].name] if not part.hidden]


def shortened(names: Sequence[str], separator: str = " ", most: int = 8) -> str:
    """Return names as text, long lists shortened in the middle."""
    found = names if len(names) <= most else (*names[:2], "…", names[-1])
    return separator.join(found)
