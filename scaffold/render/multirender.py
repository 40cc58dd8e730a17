"""Renders several compositions: the files of each in a folder of its name, and what they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scaffold.answers import answers
from scaffold.answers.multi import Project, alone, dump
from scaffold.base.engine import Engine
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import templates_folder
from scaffold.composition.model import Composition
from scaffold.composition.topology import Topology
from scaffold.render.project import PROJECT_FOLDER, manifest, own_packages, render
from scaffold.render.view import conditions, skeleton_names
from scaffold.writer.tree import File, Policy, Tree, state_file, text_file


def render_all(project: Project, catalog: Catalog) -> Tree:
    """Return the files of the project. The same answers give the same bytes."""
    files = {file.path: file for file in _shared_files(project, catalog)}
    for one in project.compositions:
        brought = _brought(one, catalog)
        for path, file in render(alone(one), catalog).items():
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
        "setup_counts": False,  # they may have roles of one name
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
