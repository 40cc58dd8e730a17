"""Several compositions in one flake: the same pins and flavours, each with its own test script.

Each composition is a whole one, validated and rendered on its own; its files go to a folder of its
name. What they share (flake, kernel, README) is rendered for all their roles together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from scaffold import __version__, answers, quote, rules
from scaffold.answers import Layer
from scaffold.catalog import templates_folder
from scaffold.engine import Engine
from scaffold.errors import InputError, Problem
from scaffold.flags import FLAGS
from scaffold.model import Catalog, Composition
from scaffold.multianswers import (
    KEY,
    SHARED,
    common_flavours,
    described,
    name_faults,
    of_composition,
)
from scaffold.parsers import Answers
from scaffold.render import PROJECT_FOLDER, manifest, own_packages, render
from scaffold.topology import Topology
from scaffold.view import conditions, skeleton_names
from scaffold.writer.tree import File, Policy, Tree, state_file, text_file


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
        what = "count the hosts of one composition, and setup.toml is for all of them"
        raise InputError(Problem("variants", what, "Leave them out, or make it by `new`"))
    every = [Layer("the name", {"name": key}), shared, *own]
    complete = answers.with_recommended(answers.merge(every), catalog, all_of_them=True)
    composition = answers.build(complete, catalog, every)
    rules.check(msgspec.structs.replace(composition, pins={}), catalog)
    return composition


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


def render_all(project: Project, catalog: Catalog) -> Tree:
    """Return the files of the project. The same answers give the same bytes."""
    files = {file.path: file for file in _shared_files(project, catalog)}
    for one in project.compositions:
        brought = _brought(one, catalog)
        alone = msgspec.structs.replace(one, extras=tuple(e for e in one.extras if e != "setup"))
        for path, file in render(alone, catalog).items():
            if path.parts[0] in ("composition.nix", "test_script.py", "parts"):
                files[one.name / path] = replace(file, path=one.name / path)
            elif str(path) in brought:
                files[path] = file
    return Tree(files.values())


def _brought(composition: Composition, catalog: Catalog) -> set[str]:
    return {path for _, brings in Topology(composition, catalog).brought for path in brings.files}


def _shared_files(project: Project, catalog: Catalog) -> Iterator[File]:
    topology = Topology(project.together(), catalog)
    modules: dict[str, list[str]] = {role.name: [] for role in topology.composition.roles}
    facts = conditions(topology)
    skeleton = {
        **skeleton_names(topology, modules, facts),
        "compositions": [_view(one, catalog) for one in project.compositions],
        "counted": {},  # they may have roles of one name
        "main": project.first.name,
        "sections": [],
    }
    engine = Engine()
    single, several = (templates_folder() / name for name in ("composition", "compositions"))
    own = manifest(several)
    for path, entry in {**manifest(single), **own}.items():
        if path == "composition.nix" or (entry.when and not facts[entry.when]):
            continue
        folder = several if path in own else single
        text = engine.render(folder / PROJECT_FOLDER / path, {"cookiecutter": skeleton})
        yield text_file(path, text, 0o755 if entry.executable else 0o644, Policy(entry.policy))
    yield from own_packages(topology.composition, engine)
    state = dump(project).encode()
    yield state_file(answers.FILE_NAME, state, ours=lambda old: b"nxc-scaffold" in old)


def _view(one: Composition, catalog: Catalog) -> dict[str, Any]:
    topology = Topology(one, catalog)
    return skeleton_names(topology, {role.name: [] for role in one.roles}, conditions(topology))


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
    head = "# Answers given to nxc-scaffold. To generate again: nxc-scaffold multi . --answers "
    return f"{head}{answers.FILE_NAME}\n" + quote.toml_document(document(project))


def _own_answers(one: Composition) -> dict[str, Any]:
    left_out = (*SHARED, "schema", "tool_version", "name")
    return {k: v for k, v in answers.document(one).items() if k not in left_out}
