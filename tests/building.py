"""Short ways to a composition for tests: roles are written as ``--role`` takes them."""

from __future__ import annotations

from typing import Any

import pytest

from scaffold.answers import answers, layers
from scaffold.answers.answers import Layer
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.reading import load_catalog
from scaffold.composition import rules
from scaffold.composition.model import Composition

CATALOG = load_catalog()


def answered(*roles: str, **more: Any) -> dict[str, Any]:
    """Return complete raw answers; what is not given is recommended."""
    given = [
        Layer("the test", {"name": "lab", **more}),
        *layers.from_flags({"roles": roles}, CATALOG),
    ]
    return answers.with_recommended(answers.merge(given), CATALOG, all_of_them=True)


def compose(*roles: str, **more: Any) -> Composition:
    """Return a valid composition."""
    composition = answers.build(answered(*roles, **more), CATALOG)
    rules.check(composition, CATALOG)
    return composition


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
