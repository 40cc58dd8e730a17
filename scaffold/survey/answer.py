"""The JSON that stub.nix answers with, as views of compositions and options of roles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from scaffold.survey.views import Option, Place, RoleOptions, View

#: What the paths of stand-ins begin with.
STAND_IN = "nxc-scaffold-stand-in"


def views_of(name: str, given: Mapping[str, Mapping[str, object]]) -> dict[str, View]:
    """Return what a composition is on each flavour."""
    return {flavour: _view(name, flavour, told) for flavour, told in given.items()}


def _view(name: str, flavour: str, told: Mapping[str, object]) -> View:
    places = {
        **_places(told["places"]),
        **{f"roles.{n}": p for n, p in _places(told["role_places"]).items()},
        **{f"rolesDistribution.{n}": p for n, p in _places(told["distribution_places"]).items()},
    }
    script = told["testScript"]
    return View(
        name,
        flavour,
        tuple(map(str, _list(told["keys"]))),
        {str(role): str(kind) for role, kind in _dict(told["roles"]).items()},
        {str(r): _hosts(given) for r, given in _dict(told["distribution"]).items()},
        script if isinstance(script, str) else None,
        tuple(map(str, _list(told["dockerPorts"]))),
        told["is_function"] is True,
        places,
        {
            role: tuple(map(str, ports)) if isinstance(ports, list) else None
            for role, ports in _dict(told["dockerPublished"]).items()
        },
    )


def _hosts(given: object) -> int | list[str] | str:
    if isinstance(given, int):
        return given
    return [str(name) for name in given] if isinstance(given, list) else str(given)


def _places(told: object) -> dict[str, Place]:
    found = {str(name): _place(at) for name, at in _dict(told).items()}
    return {name: place for name, place in found.items() if place is not None}


def _place(at: object) -> Place | None:
    if not isinstance(at, dict) or not str(at.get("file", "")).startswith("/"):
        return None
    return Place(Path(str(at["file"])), int(at["line"]), int(at["column"]))


def roles_of(told: Mapping[str, object]) -> dict[str, RoleOptions]:
    """Return what each role sets, of a composition that was called for it."""
    found: dict[str, RoleOptions] = {}
    for role, given in _dict(told["options"]).items():
        entry = _dict(given)
        options = tuple(
            Option(
                tuple(map(str, _list(o["p"]))),
                str(o["k"]),
                o["v"],
                _place(o["at"]),
                _known(o["w"]),
                o["o"] if isinstance(o["o"], int) else 100,
            )
            for o in map(_dict, _list(entry["leaves"]))
        )
        found[str(role)] = RoleOptions(options, tuple(map(str, _list(entry["unknown"]))))
    return found


def _known(value: object) -> object:
    """Return a whole value; None when a text in it is the path of what a function made."""
    return None if f"{STAND_IN}/called-" in json.dumps(value) else value


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
