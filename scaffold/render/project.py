"""Renders a project to a tree: catalogue + templates + answers → files, and nothing else.

The files of a single composition lie at the top, those of several in a folder of its name each.
What compositions share (flake, kernel, README) is rendered once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from scaffold.answers import document
from scaffold.answers.document import FILE_NAME
from scaffold.base.engine import Engine
from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import templates_folder
from scaffold.catalogue.entry import Entry
from scaffold.composition.model import Project
from scaffold.composition.topology import ProjectTopology
from scaffold.render.host_filters import host_filters
from scaffold.render.modules import Modules, require_following, test_script
from scaffold.render.view import conditions, project_names, role_names
from scaffold.writer.tree import File, Policy, Tree, state_file, text_file

PROJECT_FOLDER = "{{cookiecutter.name}}"
#: What the skeleton has once for each composition, in its folder.
OF_EACH = "composition.nix"


class SkeletonFile(Entry, frozen=True):
    """How a file of the skeleton is treated: when it is there, and when it already exists."""

    when: str = ""
    policy: str = "editable"
    executable: bool = False


class RenderableTemplate(Protocol):
    """A template of the user's own, as rendering sees it."""

    @property
    def extends(self) -> bool:
        """Whether its files come on top of the skeleton's, or take its place."""

    @property
    def record(self) -> Mapping[str, object]:
        """What the answers file says about it."""

    def over(self, files: list[File], names: Mapping[str, object]) -> list[File]:
        """Return ``files`` without those that it replaces, and its own."""

    def finished(self, tree: Tree) -> Tree:
        """Return the tree as its hooks leave it."""


def render(whole: ProjectTopology, template: RenderableTemplate | None = None) -> Tree:
    """Return the files of the generated project. The same answers give the same bytes.

    ``template``, of the user's own, replaces the skeleton or comes on top of it; its files count
    more than those of the tool.

    Raises:
        InputError: the user's template cannot be rendered, a service's template does not follow
            ``setup.toml``, or two compositions need one file with different contents.

    """
    engine, project = Engine(host_filters()), whole.project
    modules = [Modules(topology, engine) for topology in whole.each]
    files = [file for found in modules for file in _of_composition(found, engine)]
    files += _brought(modules)
    # what a role's modules take is known when all of them are rendered
    names = [_names(found) for found in modules]
    every = project_names(whole, names, conditions(whole))
    if template is None or template.extends:
        files += _skeleton(whole, engine, every, names)
    files += files_of_packages(project, engine)
    if template is not None:
        files = template.over(files, every)
    kept = {PurePosixPath(path) for path in project.kept}
    files = [
        replace(file, policy=Policy.KEPT, merge=None) if file.path in kept else file
        for file in files
    ]
    state = document.dump(project, template.record if template else None).encode()
    files.append(state_file(FILE_NAME, state, ours=lambda old: b"nxc-scaffold" in old))
    tree = Tree(files)
    return tree if template is None else template.finished(tree)


def _of_composition(modules: Modules, engine: Engine) -> list[File]:
    """Return the files that a composition has in its folder, but for its ``composition.nix``."""
    topology = modules.topology
    files = [*modules.files(), text_file("test_script.py", test_script(topology, engine))]
    if topology.setup_counts:
        require_following(topology, engine, files)
    folder = topology.project.folder(topology.composition)
    return [replace(file, path=folder / file.path) for file in files]


def _brought(modules: Sequence[Modules]) -> Iterator[File]:
    """Yield the files that services bring to the project; compositions have them in common."""
    found: dict[PurePosixPath, File] = {}
    for each in modules:
        for file in each.brought():
            if found.setdefault(file.path, file).content != file.content:
                what = f"{file.path} is needed with different contents by two of them"
                remedy = "Put them into projects of their own"
                raise InputError(Problem("compositions", what, remedy))
    yield from found.values()


def files_of_packages(project: Project, engine: Engine) -> list[File]:
    """Return the files of the packages that the project carries itself."""
    if not project.packages_from:
        return []
    from scaffold.packages import records  # only when there is one: it loads all about packages

    return [text_file(*entry) for entry in records.files(project.packages_from, engine)]


def _names(modules: Modules) -> dict[str, object]:
    """Return what the skeleton sees of a composition."""
    return {
        **modules.names,
        **role_names(modules.topology, modules.imports, modules.take_hosts),
        "sections": list(modules.sections()),
    }


def _skeleton(
    whole: ProjectTopology,
    engine: Engine,
    names: Mapping[str, object],
    compositions: Sequence[Mapping[str, object]],
) -> Iterator[File]:
    """Yield the files that every project has, from the cookiecutter templates."""
    facts = conditions(whole)
    for path, (folder, entry) in _templates(whole.project).items():
        if entry.when and not facts[entry.when]:
            continue
        places = [(PurePosixPath(path), names)]
        if path == OF_EACH:
            places = [
                (whole.project.folder(topology.composition) / path, {**names, **of_one})
                for topology, of_one in zip(whole.each, compositions, strict=True)
            ]
        for place, seen in places:
            text = engine.render(folder / PROJECT_FOLDER / path, {"cookiecutter": seen})
            policy = Policy(entry.policy)
            yield text_file(str(place), text, 0o755 if entry.executable else 0o644, policy)


def _templates(project: Project) -> dict[str, tuple[Path, SkeletonFile]]:
    """Return the skeleton's templates by path: several compositions have some of their own."""
    folders = ["composition", *(["compositions"] if project.several else [])]
    found: dict[str, tuple[Path, SkeletonFile]] = {}
    for folder in (templates_folder() / name for name in folders):
        found.update((path, (folder, entry)) for path, entry in manifest(folder).items())
    return found


def manifest(folder: Path) -> dict[str, SkeletonFile]:
    """Read which files a skeleton has, and how each is treated."""
    import msgspec

    data = tomllib.loads((folder / "files.toml").read_text(encoding="utf-8"))
    return {path: msgspec.convert(table, SkeletonFile) for path, table in data.items()}
