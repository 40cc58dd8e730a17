"""A diagram as text: Mermaid, DOT, and SVG, which is drawn in ``scaffold.diagram.svg``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scaffold.diagram.boxes import Diagram
from scaffold.nixlang.quote import dot_string, mermaid_label


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
