"""The topology of a composition as a diagram: Mermaid, DOT and SVG.

Boxes are roles with their counts and parts; an arrow leads from a role to one that it talks to,
and names the parts that it asks there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scaffold.quote import dot_string, mermaid_label
from scaffold.topology import Topology


@dataclass(frozen=True)
class Box:
    """A role: its name, and the lines that are shown, the first one as a title."""

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
    composition = topology.composition
    boxes = []
    for role in composition.roles:
        count = f" ×{role.count}" if role.count > 1 else ""
        parts = [part.id for part in topology.parts[role.name] if not part.hidden]
        boxes.append(Box(role.name, (f"{role.name}{count}", *parts)))
    arrows = (Arrow(a, b, ", ".join(parts)) for (a, b), parts in topology.links().items())
    return Diagram(composition.description, tuple(boxes), tuple(arrows))


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
    from scaffold.svg import draw

    return draw(drawn)


FORMATS: dict[str, Callable[[Diagram], str]] = {"mermaid": mermaid, "dot": dot, "svg": svg}
