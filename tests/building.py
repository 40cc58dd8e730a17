"""Short ways to a composition for tests: roles are written as ``--role`` takes them."""

from __future__ import annotations

from typing import Any

import pytest

from scaffold.answers import layers, project
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.composition import rules
from scaffold.composition.model import Project
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render

CATALOG = load_catalog()


def answered(*roles: str, **more: Any) -> dict[str, Any]:
    """Return complete raw answers; what is not given is recommended."""
    given = [
        Layer("the test", {"name": "lab", **more}),
        *layers.from_flags({"roles": roles}, CATALOG),
    ]
    return project.with_recommended(merge(given), CATALOG, all_of_them=True)


def whole(*roles: str, **more: Any) -> ProjectTopology:
    """Return a valid project of one composition, seen through the catalogue."""
    found = ProjectTopology(project.build(answered(*roles, **more), CATALOG), CATALOG)
    rules.check(found)
    return found


def compose(*roles: str, **more: Any) -> Project:
    """Return a valid project of one composition."""
    return whole(*roles, **more).project


def several(*pairs: str, **shared: Any) -> Project:
    """Return a valid project of compositions, given as ``--composition`` takes them."""
    given = [Layer("flags", {"name": "lab", **shared}), *layers.composition_layers(pairs, CATALOG)]
    return completed(*given)


def completed(*given: Layer) -> Project:
    """Return the valid project that layers make; what they leave open is recommended."""
    every = layers.with_stacks(given, CATALOG)
    found = project.complete(merge(every), CATALOG, every, defaults=True)
    rules.check(ProjectTopology(found, CATALOG))
    return found


def texts(found: Project, catalog: Catalog = CATALOG) -> dict[str, str]:
    """Return the text of each file that a project is rendered to, by path."""
    tree = render(ProjectTopology(found, catalog))
    return {str(path): file.content.decode() for path, file in tree.items()}


def problems(*roles: str, **more: Any) -> list[Problem]:
    """Return what is wrong; every problem has a place, a reason and a remedy."""
    with pytest.raises(InputError) as caught:
        compose(*roles, **more)
    for problem in caught.value.problems:
        assert problem.where
        assert problem.what
        assert problem.remedy
        assert problem.remedy[0].isupper()
    return list(caught.value.problems)


def only_problem(*roles: str, **more: Any) -> str:
    """Return the one thing that is wrong, as text."""
    found = problems(*roles, **more)
    assert len(found) == 1, found
    return str(found[0])
