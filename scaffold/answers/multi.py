"""Several compositions in one flake: the same pins and flavours, each with its own test script.

Each composition is a whole one, validated and rendered on its own; its files go to a folder of its
name. What they share (flake, kernel, README) is rendered for all their roles together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from scaffold import __version__
from scaffold.answers import answers
from scaffold.answers.answers import Layer
from scaffold.answers.flags import FLAGS
from scaffold.answers.multianswers import (
    ALONE,
    KEY,
    REMEDY,
    SHARED,
    common_flavours,
    described,
    name_faults,
    of_composition,
)
from scaffold.answers.parsers import Answers
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.composition import rules
from scaffold.composition.model import Composition
from scaffold.composition.topology import Topology
from scaffold.nixlang import quote


@dataclass(frozen=True)
class Project:
    """Compositions that agree on the shared answers; ``pins`` are those of the one flake."""

    name: str
    description: str
    compositions: tuple[Composition, ...]
    pins: Mapping[str, str]

    @property
    def first(self) -> Composition:
        """The composition that is built when nobody names one."""
        return self.compositions[0]

    def together(self) -> Composition:
        """Return all roles as one composition, for what the compositions share."""
        roles = tuple(
            msgspec.structs.replace(role, name=f"{one.name}_{role.name}")
            for one in self.compositions
            for role in one.roles
        )
        packages = {n: r for one in self.compositions for n, r in one.packages_from.items()}
        return msgspec.structs.replace(
            self.first,
            name=self.name,
            description=self.description,
            roles=roles,
            pins=self.pins,
            packages_from=packages,
        )


def build(
    name: str,
    given: Mapping[str, Sequence[Layer]],
    shared: Layer,
    catalog: Catalog,
    description: str = "",
) -> Project:
    """Validate the compositions, by name: the layers of each one's answers, the strongest first.

    Raises:
        InputError: one of them is not valid, or they do not go together.

    """
    whole = {KEY: {key: answers.merge(own) for key, own in given.items()}}
    problems = [*name_faults(given)]
    if not shared.answers.get("flavours"):
        flavours = common_flavours(whole, catalog)
        shared = Layer(shared.source, {**shared.answers, "flavours": flavours})
    text = description or described(whole, catalog)
    try:
        answers.parse({"name": name, "description": text}, catalog)
    except InputError as error:
        problems += error.problems
    found: list[Composition] = []
    for key, own in given.items():
        try:
            found.append(_one(key, own, shared, catalog))
        except InputError as error:
            problems += (of_composition(p, key) for p in error.problems)
    if problems:
        raise InputError(*problems)
    pins = {name: ref for one in found for name, ref in one.pins.items()}
    project = Project(name, text, tuple(_pinned(one, pins, catalog) for one in found), pins)
    if faults := [
        *_differences(found),
        *_package_faults(project),
        *_kernel_faults(project, catalog),
        *rules.pins_are_used(Topology(project.together(), catalog)),
    ]:
        raise InputError(*faults)
    return project


def _pinned(one: Composition, pins: Mapping[str, str], catalog: Catalog) -> Composition:
    """Return a composition with those of the flake's pins that it has an input for."""
    own = {key: ref for key, ref in pins.items() if key in Topology(one, catalog).inputs}
    return msgspec.structs.replace(one, pins=own)


def of_answers(raw: Answers, catalog: Catalog) -> Project:
    """Validate complete answers and return the project.

    Raises:
        InputError: with every problem that was found.

    """
    members = {
        name: [Layer(f"{KEY}.{name}", own)] for name, own in dict(raw.get(KEY) or {}).items()
    }
    shared = {key: raw[key] for key in SHARED if raw.get(key) is not None}
    text = str(raw.get("description") or "")
    return build(str(raw["name"]), members, Layer("the shared answers", shared), catalog, text)


def _one(key: str, own: Sequence[Layer], shared: Layer, catalog: Catalog) -> Composition:
    if answers.merge(own).get("variants"):
        raise InputError(Problem("variants", ALONE["variants"], REMEDY))
    if not answers.merge(own).get("roles"):
        remedy = f"Write [{KEY}.{key}.roles.NAME], or name a stack as --composition {key}=STACK"
        raise InputError(Problem("roles", "is not answered", remedy))
    every = [Layer("the name", {"name": key}), shared, *own]
    complete = answers.with_recommended(answers.merge(every), catalog, all_of_them=True)
    composition = answers.build(complete, catalog, every)
    rules.check(alone(msgspec.structs.replace(composition, pins={})), catalog)
    return composition


def alone(one: Composition) -> Composition:
    """Return a composition as its own files are made: setup.toml is for all of them."""
    return msgspec.structs.replace(one, extras=tuple(e for e in one.extras if e != "setup"))


def _differences(found: Sequence[Composition]) -> Iterator[Problem]:
    """What nobody answered for all of them may be recommended, or wanted by stacks, differently."""
    for key in SHARED:
        values = {one.name: _shown(getattr(one, key)) for one in found}
        if len(set(values.values())) > 1:
            told = ", ".join(f"{name} {value}" for name, value in values.items())
            flag = next(flag.flag for flag in FLAGS if flag.key == key)
            yield Problem(key, f"differs between them ({told})", f"Give one for all with {flag}")


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        value = [f"{name}={ref}" for name, ref in value.items()]
    return value if isinstance(value, str) else "+".join(value) or "none"


def _package_faults(project: Project) -> Iterator[Problem]:
    """A package that two compositions carry is one package: there is one overlay."""
    together = project.together().packages_from
    for one in project.compositions:
        for name, record in one.packages_from.items():
            if record != together[name]:
                where = f"compositions.{one.name}.packages_from.{name}"
                yield Problem(where, "differs from that of another one", "Choose another name")


def _kernel_faults(project: Project, catalog: Catalog) -> Iterator[Problem]:
    """One kernel is built for all of them."""
    kernels = dict.fromkeys(
        k.packages for k in Topology(project.together(), catalog).kernel if k.packages
    )
    if len(kernels) > 1:
        what = f"their parts want different kernels ({', '.join(kernels)})"
        yield Problem("compositions", what, "Put them into projects of their own")


def document(project: Project) -> dict[str, Any]:
    """Return the answers that reproduce the project."""
    whole = {one.name: _own_answers(one) for one in project.compositions}
    first = answers.document(project.first)
    return {
        "schema": answers.SCHEMA,
        "tool_version": __version__,
        "name": project.name,
        "description": project.description,
        **{key: first[key] for key in SHARED if key != "pins" and first.get(key)},
        **({"pins": dict(project.pins)} if project.pins else {}),
        "compositions": whole,
    }


def dump(project: Project) -> str:
    """Return the answers file that reproduces the project."""
    return f"{answers.HEAD}\n" + quote.toml_document(document(project))


def _own_answers(one: Composition) -> dict[str, Any]:
    left_out = (*SHARED, "schema", "tool_version", "name")
    return {k: v for k, v in answers.document(one).items() if k not in left_out}
