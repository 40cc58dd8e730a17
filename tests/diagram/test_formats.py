"""graph: the same topology as Mermaid, DOT and SVG, for projects and for stacks."""

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from scaffold.base.errors import InputError
from scaffold.cli.main import cli
from scaffold.composition.topology import ProjectTopology
from scaffold.diagram.boxes import diagram
from scaffold.diagram.formats import dot, mermaid, svg
from scaffold.nixlang.quote import dot_string
from tests.building import CATALOG, compose
from tests.tools.random_compositions import random_composition

LAB = compose("server=oar.server,oar.dbserver", "login=oar.frontend", "node:3=oar.node")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(composition):
    return diagram(ProjectTopology(composition, CATALOG).main)


def run(*args: str) -> str:
    done = CliRunner().invoke(cli, ["graph", *args], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def numbers(element, *names):
    return [float(element.get(name)) for name in names]


def boxes(root):
    return [numbers(r, "x", "y", "width", "height") for r in root.iter(f"{SVG}rect") if r.get("rx")]


def test_mermaid_has_roles_with_counts_and_arrows_with_parts():
    text = mermaid(drawn(LAB))
    assert text.startswith("flowchart LR\n")
    assert '    role_node["node ×3<br>oar.node"]\n' in text
    assert '    role_login -- "oar.server, oar.dbserver" --> role_server\n' in text
    assert "users" not in text  # parts that nobody chooses are not shown


def test_dot_has_the_same():
    text = dot(drawn(LAB))
    assert '    "node" [label="node ×3\\loar.node\\l"];\n' in text
    assert '    "login" -> "server" [label="oar.server, oar.dbserver"];\n' in text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [('say "hi"', '"say \\"hi\\""'), ("back\\slash", '"back\\\\slash"'), ("a\nb", '"a\\lb\\l"')],
)
def test_a_dot_string_holds_what_it_is_given(text, quoted):
    assert dot_string(text) == quoted


def test_svg_is_xml_with_every_role_part_and_arrow():
    root = ET.fromstring(svg(drawn(LAB)))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"server", "login", "node ×3", "oar.dbserver"} <= set(texts)
    assert len(list(root.iter(f"{SVG}polyline"))) == len(drawn(LAB).arrows)
    assert root.find(f"{SVG}title").text == LAB.description


def test_svg_is_the_same_each_time():
    assert svg(drawn(LAB)) == svg(drawn(LAB))


@pytest.mark.parametrize("seed", range(1, 25))
def test_boxes_do_not_overlap_and_nothing_lies_outside(seed):
    root = ET.fromstring(svg(drawn(random_composition(seed, CATALOG))))
    left, top, width, height = map(float, root.get("viewBox").split())
    for x, y, w, h in boxes(root):
        assert left <= x
        assert top <= y
        assert x + w <= left + width
        assert y + h <= top + height
    for (x, y, w, h), (a, b, c, d) in combinations(boxes(root), 2):
        assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


def test_a_description_cannot_leave_the_picture():
    wild = compose("a", description='"] </title><script>&lt;')
    assert ET.fromstring(svg(drawn(wild))).find(f"{SVG}title").text == wild.description
    assert r'label="\"] </title>' in dot(drawn(wild))


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_every_example_and_its_stack_give_the_same_diagram(stack):
    folder = Path(__file__).parents[2] / "generated_examples" / stack
    assert run(str(folder)) == run("--stack", stack)


@pytest.mark.parametrize(
    ("name", "start"),
    [("g.svg", "<svg "), ("g.dot", "digraph {"), ("g.mmd", "flowchart"), ("g.md", "```mermaid\n")],
)
def test_the_suffix_of_the_file_tells_the_format(tmp_path, name, start):
    assert run("--stack", "nfs", "-o", str(tmp_path / name)) == ""
    assert (tmp_path / name).read_text().startswith(start)


def test_a_folder_without_answers_is_told_with_a_remedy(tmp_path):
    with pytest.raises(InputError) as caught:
        run(str(tmp_path))
    assert "has no .nxc-scaffold.toml" in str(caught.value)
    assert "--stack" in str(caught.value)


def test_of_several_compositions_one_is_named():
    folder = str(Path(__file__).parents[2] / "generated_examples/multi")
    assert run(folder, "--composition", "slurm") == run("--stack", "slurm")
    with pytest.raises(InputError) as caught:
        run(folder)
    assert "Choose with --composition from oar, slurm" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["-o", "lab.png"], "'lab.png' does not tell the format by its suffix"),
        (["-o", "lab"], "'lab' does not tell the format"),
        (["-o", "lab.md", "--format", "svg"], "a file of .md is mermaid"),
    ],
)
def test_a_file_that_would_hold_something_else_is_refused(tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=reason):
        run("--stack", "nfs", *words)
    assert not [*tmp_path.iterdir()]


def test_a_file_without_suffix_takes_the_format_that_is_named(tmp_path):
    assert run("--stack", "nfs", "-o", str(tmp_path / "lab"), "--format", "dot") == ""
    assert (tmp_path / "lab").read_text().startswith("digraph")
