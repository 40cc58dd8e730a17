"""Draws a diagram as SVG; where the boxes go is decided by grandalf's layered layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout

from scaffold.diagram.boxes import Box, Diagram

CHARACTER = 7.5  # width of a monospaced character of 12 px, a little more than fonts have
LINE = 18.0
MARGIN = 12.0
GAP = 40.0
Point = tuple[float, float]


@dataclass(eq=False)
class _Place:
    """What grandalf asks of a box: width and height; it sets ``xy``, the middle."""

    w: float
    h: float
    xy: Point = (0.0, 0.0)


@dataclass(eq=False)
class _Path:
    """What grandalf asks of an arrow: it sets the points on its way."""

    points: list[Point] = field(default_factory=list)

    def setpath(self, points: Sequence[Point]) -> None:
        self.points = list(points)


def draw(drawn: Diagram) -> str:
    """Return the text of an SVG file."""
    places, paths = _layout(drawn)
    ways = [
        _clipped(path.points, places[arrow.source], places[arrow.target])
        for arrow, path in zip(drawn.arrows, paths, strict=True)
    ]
    labels = [arrow.label.split(", ") for arrow in drawn.arrows]
    left, top, width, height = _area(places.values(), ways, labels)
    root = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}",
        width=f"{width:.0f}",
        height=f"{height:.0f}",
    )
    ET.SubElement(root, "title").text = _printable(drawn.title)
    area = {"x": f"{left:.0f}", "y": f"{top:.0f}", "width": "100%", "height": "100%"}
    ET.SubElement(root, "rect", area, fill="white")
    _arrow_head(root)
    for way in ways:
        _line(root, way)
    for box in drawn.boxes:
        _box(root, box, places[box.name])
    for way, label in zip(ways, labels, strict=True):
        _label(root, way, label)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _area(
    places: Iterable[_Place], ways: Sequence[Sequence[Point]], labels: Sequence[Sequence[str]]
) -> tuple[float, float, float, float]:
    """Return left, top, width and height of what holds every box, arrow and label."""
    points = [point for way in ways for point in way]
    for place in places:
        (x, y), w, h = place.xy, place.w / 2, place.h / 2
        points += [(x - w, y - h), (x + w, y + h)]
    for way, label in zip(ways, labels, strict=True):
        (x, y), half = _label_place(way), max(map(len, label)) * CHARACTER / 2
        points += [(x - half, y - LINE), (x + half, y + len(label) * LINE)]
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    right, bottom = max(x for x, _ in points) + MARGIN, max(y for _, y in points) + MARGIN
    return left, top, right - left, bottom - top


def _printable(text: str) -> str:
    """Return the text without characters that XML cannot hold."""
    return "".join(c if c.isprintable() else " " for c in text)


def _layout(drawn: Diagram) -> tuple[dict[str, _Place], list[_Path]]:
    """Give every box a place and every arrow a way; unconnected groups go beside each other."""
    vertices = {box.name: Vertex(box.name) for box in drawn.boxes}
    for box in drawn.boxes:
        widest = max(len(line) for line in box.lines)
        vertices[box.name].view = _Place(
            widest * CHARACTER + 2 * MARGIN, len(box.lines) * LINE + MARGIN
        )
    edges = [Edge(vertices[a.source], vertices[a.target], data=a.label) for a in drawn.arrows]
    for edge in edges:
        edge.view = _Path()
    right = 0.0
    for group in Graph(list(vertices.values()), edges).C:
        right = _lay_out_group(group, right)
    return {name: v.view for name, v in vertices.items()}, [e.view for e in edges]


def _lay_out_group(group: Graph, right: float) -> float:
    """Lay out connected boxes to the right of ``right``; return where they end."""
    layout = SugiyamaLayout(group)
    labels = [edge.data.split(", ") for edge in group.E()]
    longest = max((len(line) for label in labels for line in label), default=0)
    most = max(map(len, labels), default=0)
    layout.xspace = max(GAP, longest * CHARACTER * 1.3)
    layout.yspace = 2 * GAP + 2 * most * LINE  # half of it holds a label
    layout.init_all()
    layout.draw(3)
    places: list[_Place] = [vertex.view for vertex in group.V()]
    shift = right - min(p.xy[0] - p.w / 2 for p in places)
    for place in places:
        place.xy = (place.xy[0] + shift, place.xy[1])
    for edge in group.E():
        edge.view.points = [(x + shift, y) for x, y in edge.view.points]
    return max(p.xy[0] + p.w / 2 for p in places) + GAP


def _clipped(points: list[Point], source: _Place, target: _Place) -> list[Point]:
    """Let the way begin and end at the borders of the boxes."""
    start, *between, end = points
    first = _border(source, between[0] if between else end)
    last = _border(target, between[-1] if between else start)
    return [first, *between, last]


def _border(place: _Place, towards: Point) -> Point:
    """Return where the line from the middle of a box to a point leaves the box."""
    x, y = place.xy
    dx, dy = towards[0] - x, towards[1] - y
    scales = [place.w / 2 / abs(dx)] if dx else []
    scales += [place.h / 2 / abs(dy)] if dy else []
    scale = min([*scales, 1.0])
    return x + dx * scale, y + dy * scale


def _arrow_head(root: ET.Element) -> None:
    size = {"markerWidth": "8", "markerHeight": "8", "refX": "8", "refY": "4", "orient": "auto"}
    marker = ET.SubElement(ET.SubElement(root, "defs"), "marker", size, id="head")
    ET.SubElement(marker, "path", d="M0,0 L8,4 L0,8 z", fill="#444")


def _line(root: ET.Element, way: Sequence[Point]) -> None:
    style = {"fill": "none", "stroke": "#444", "marker-end": "url(#head)"}
    ET.SubElement(root, "polyline", style, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in way))


def _label_place(way: Sequence[Point]) -> Point:
    """Return a place in the first half: labels of arrows there and back do not collide."""
    (x0, y0), (x1, y1) = way[0], way[1]
    return x0 + (x1 - x0) * 0.4, y0 + (y1 - y0) * 0.4


def _label(root: ET.Element, way: Sequence[Point], lines: Sequence[str]) -> None:
    x, y = _label_place(way)
    halo = {"stroke": "white", "stroke-width": "4", "paint-order": "stroke"}
    for index, line in enumerate(lines):
        style = {"fill": "#444", "text-anchor": "middle", **halo}
        _text(root, (x, y + index * LINE * 0.8), line, style)


def _box(root: ET.Element, box: Box, place: _Place) -> None:
    x, y = place.xy[0] - place.w / 2, place.xy[1] - place.h / 2
    shape = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{place.w:.1f}", "rx": "4"}
    style = {"height": f"{place.h:.1f}", "fill": "#eef3fa", "stroke": "#444"}
    ET.SubElement(root, "rect", {**shape, **style})
    for point, line, title in _lines(box, x, y):
        _text(root, point, line, {"font-weight": "bold"} if title else {})


def _lines(box: Box, x: float, y: float) -> Iterator[tuple[Point, str, bool]]:
    for index, line in enumerate(box.lines):
        yield (x + MARGIN, y + (index + 1) * LINE), line, index == 0


def _text(root: ET.Element, at: Point, text: str, style: dict[str, str]) -> None:
    font = {"font-family": "monospace", "font-size": "12"}
    place = {"x": f"{at[0]:.1f}", "y": f"{at[1]:.1f}"}
    ET.SubElement(root, "text", {**place, **font, **style}).text = text
