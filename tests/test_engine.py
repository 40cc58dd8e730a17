"""The environment of the templates is cookiecutter's, but for what it would load."""

import pytest
from cookiecutter.environment import StrictEnvironment
from jinja2 import UndefinedError

from scaffold.catalog import load_catalog
from scaffold.engine import Engine
from scaffold.render import render
from tests.building import compose


def test_cookiecutters_own_environment_renders_the_same(monkeypatch):
    composition = compose("a=nfs.server", "b:2=nfs.client", description="${x} 'q' {{ y }}")
    own = render(composition, load_catalog())
    monkeypatch.setattr(
        "scaffold.engine.Environment",
        lambda undefined, **options: StrictEnvironment(context={}, **options),
    )
    assert {p: f.content for p, f in render(composition, load_catalog()).items()} == {
        p: f.content for p, f in own.items()
    }


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
