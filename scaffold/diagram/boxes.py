"""The topology of a composition as boxes and arrows, whatever it is drawn with.

Boxes are roles with their counts and parts, those with the same parts in one; an arrow leads from
a box to one that it talks to, and names the parts that it asks there.
"""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.composition.topology import Topology
from scaffold.diagram import role_groups


@dataclass(frozen=True)
class Box:
    """Roles: the name of the first, and the lines that are shown, the first one as a title."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """Hosts of one role open connections to those of another, to the parts of the label."""

    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Diagram:
    """What all three formats show."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def diagram(topology: Topology) -> Diagram:
    """Return the diagram of a composition."""
    drawn = tuple(
        Box(group[0].name, (role_groups.title(group), *role_groups.parts(group, topology)))
        for group in role_groups.groups_of(topology)
    )
    found = role_groups.links(topology).items()
    arrows = tuple(Arrow(a, b, ", ".join(parts)) for (a, b), parts in found)
    return Diagram(topology.composition.description, drawn, arrows)
