"""The topology of a composition as a diagram: Mermaid, DOT and SVG.

Boxes are roles with their counts and parts, those with the same parts in one; an arrow leads from
a box to one that it talks to, and names the parts that it asks there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scaffold.composition.topology import Topology
from scaffold.diagram import role_groups
from scaffold.nixlang.quote import dot_string, mermaid_label


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


def mermaid(drawn: Diagram) -> str:
    """Return a Mermaid flowchart, as Markdown of GitHub and GitLab shows it."""
    return "\n".join(["flowchart LR", *_mermaid_lines(drawn)]) + "\n"


def _mermaid_lines(drawn: Diagram) -> Iterator[str]:
    for box in drawn.boxes:
        label = "<br>".join(mermaid_label(line)[1:-1] for line in box.lines)
        yield f'    role_{box.name}["{label}"]'
    for arrow in drawn.arrows:
        label = mermaid_label(arrow.label)
        yield f"    role_{arrow.source} -- {label} --> role_{arrow.target}"


def dot(drawn: Diagram) -> str:
    """Return a DOT digraph, as Graphviz draws it."""
    lines = ["digraph {", "    rankdir=LR;", "    node [shape=box];"]
    lines.append(f"    label={dot_string(drawn.title)};")
    for box in drawn.boxes:
        label = dot_string("\n".join(box.lines))
        lines.append(f"    {dot_string(box.name)} [label={label}];")
    for arrow in drawn.arrows:
        ends = f"{dot_string(arrow.source)} -> {dot_string(arrow.target)}"
        lines.append(f"    {ends} [label={dot_string(arrow.label)}];")
    return "\n".join([*lines, "}"]) + "\n"


def svg(drawn: Diagram) -> str:
    """Return a picture that browsers and word processors show."""
    from scaffold.diagram.svg import draw

    return draw(drawn)


FORMATS: dict[str, Callable[[Diagram], str]] = {"mermaid": mermaid, "dot": dot, "svg": svg}
