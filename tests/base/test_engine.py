"""The environment of the templates is cookiecutter's, but for what it would load."""

import pytest
from cookiecutter.environment import StrictEnvironment
from jinja2 import UndefinedError, pass_context

from scaffold.base.engine import Engine
from scaffold.catalogue.reading import load_catalog
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from tests.building import compose


def test_cookiecutters_own_environment_renders_the_same(monkeypatch):
    composition = compose("a=nfs.server", "b:2=nfs.client", description="${x} 'q' {{ y }}")
    own = render(ProjectTopology(composition, load_catalog()))
    monkeypatch.setattr(
        "scaffold.base.engine.Environment",
        lambda undefined, **options: StrictEnvironment(context={}, **options),
    )
    assert {
        p: f.content for p, f in render(ProjectTopology(composition, load_catalog())).items()
    } == {p: f.content for p, f in own.items()}


def test_an_undefined_name_is_an_error(tmp_path):
    template = tmp_path / "a.txt"
    template.write_text("{{ cookiecutter.nothing }}")
    with pytest.raises(UndefinedError):
        Engine().render(template, {"cookiecutter": {}})


def test_time_and_chance_cannot_enter_a_file(tmp_path):
    template = tmp_path / "a.txt"
    template.write_text("{{ random_ascii_string(8) }}")
    with pytest.raises(UndefinedError):
        Engine().render(template, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ role.name }}", True),
        ("{% for x in mounted(role) %}", True),
        ("{% include 'other.nix' %}", True),
        ("{%- from 'other.nix' import x %}", True),
        ('{{ roles_with("nfs.server") }} imports = [ ]; import x', False),
    ],
)
def test_a_template_that_may_read_a_name_is_known(tmp_path, text, expected):
    (tmp_path / "a.nix").write_text(text)
    assert Engine().mentions(tmp_path / "a.nix", "role") is expected


def test_a_module_that_lists_hosts_is_rendered_once_for_all_the_roles(monkeypatch):
    rendered = []
    original = Engine.render

    def count(self, file, names):
        rendered.append(file.parent.name)
        return original(self, file, names)

    monkeypatch.setattr(Engine, "render", count)
    tree = render(ProjectTopology(compose(*(f"r{n}x=mpi.node" for n in range(30))), load_catalog()))
    assert rendered.count("mpi") <= 3  # the module, the test, the text for the README
    assert [str(path) for path in tree if "mpi" in str(path)] == ["parts/mpi-node.nix"]


def test_roles_of_the_same_parts_share_a_box_of_the_diagram():
    roles = [f"r{n}x:{n % 2 + 1}=mpi.node" for n in range(30)]
    tree = render(ProjectTopology(compose("server=nfs.server", *roles), load_catalog()))
    readme = next(f.content.decode() for p, f in tree.items() if str(p) == "README.md")
    diagram = readme.split("```")[1].splitlines()
    assert [line.strip() for line in diagram[2:]] == [
        'role_server["server: nfs.server"]',
        'role_r0x["r0x, r1x ×2, …, r29x ×2: mpi.node"]',
    ]


def test_what_was_compiled_for_other_filters_is_not_used(tmp_path, monkeypatch):
    """Whether a filter takes the context is compiled into the calls of it."""
    template = tmp_path / "a.txt"
    template.write_text("{{ 'x' | shout }}")

    def plain(text):
        return text.upper()

    @pass_context
    def with_context(context, text):
        return text + context["mark"]

    for found, expected in ((plain, "X"), (with_context, "x!")):
        monkeypatch.setattr(
            "scaffold.base.engine.quote.jinja_filters", lambda f=found: {"shout": f}
        )
        assert Engine().render(template, {"mark": "!"}) == expected
