"""Several compositions in one flake: the same pins and flavours, each with its own test script.

Each composition is a whole one, validated and rendered on its own; its files go to a folder of its
name. What they share (flake, kernel, README) is rendered for all their roles together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from scaffold import __version__, answers, layers, names, quote, rules
from scaffold.answers import Layer
from scaffold.catalog import templates_folder
from scaffold.engine import Engine
from scaffold.errors import InputError, Problem
from scaffold.model import Catalog, Composition
from scaffold.render import PROJECT_FOLDER, manifest, own_packages, render
from scaffold.topology import Topology
from scaffold.view import conditions, skeleton_names
from scaffold.writer.tree import File, Policy, Tree, state_file, text_file

#: The answers that all compositions share; each has its own of the others.
SHARED = ("release", "flavours", "default_flavour", "extras", "pins")
#: Folders that a project has already, or gets when it is built and started.
TAKEN = ("parts", "packages", "secrets", "build", "deploy", "artifact")


@dataclass(frozen=True)
class Project:
    """Compositions that agree on the shared answers."""

    name: str
    description: str
    compositions: tuple[Composition, ...]

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
    problems = [*_name_faults(given)]
    if not shared.answers.get("flavours"):
        shared = Layer(shared.source, {**shared.answers, "flavours": _common(given, catalog)})
    found: list[Composition] = []
    for key, own in given.items():
        try:
            found.append(_one(key, own, shared, catalog))
        except InputError as error:
            problems += (replace(p, where=f"compositions.{key}: {p.where}") for p in error.problems)
    if problems:
        raise InputError(*problems)
    text = description or f"Compositions {', '.join(given)}"
    project = Project(name, text, tuple(found))
    if faults := [
        *_differences(project),
        *_package_faults(project),
        *_kernel_faults(project, catalog),
    ]:
        raise InputError(*faults)
    return project


def _one(key: str, own: Sequence[Layer], shared: Layer, catalog: Catalog) -> Composition:
    if answers.merge(own).get("variants"):
        what = "count the hosts of one composition, and setup.toml is for all of them"
        raise InputError(Problem("variants", what, "Leave them out, or make it by `new`"))
    every = [Layer("the name", {"name": key}), shared, *own]
    complete = answers.with_recommended(answers.merge(every), catalog, all_of_them=True)
    composition = answers.build(complete, catalog, every)
    rules.check(composition, catalog)
    return composition


def _common(given: Mapping[str, Sequence[Layer]], catalog: Catalog) -> list[str]:
    """Return the flavours that all compositions would take alone."""
    wanted = [
        answers.with_recommended(answers.merge(own), catalog, all_of_them=True).get("flavours", ())
        for own in given.values()
    ]
    return [f for f in catalog.flavours if all(f in flavours for flavours in wanted)]


def _name_faults(given: Mapping[str, Any]) -> Iterator[Problem]:
    """Each composition's name is a folder and an attribute; there are several of them."""
    if len(given) < 2:
        what = f"there is {len(given)} composition"
        yield Problem("compositions", what, "Give two or more; one alone is made by `new`")
    for name in given:
        reason = names.check_role(name) or ("is taken" if name in TAKEN else None)
        if reason:
            yield Problem(f"compositions.{name}", f"{name!r} {reason}", "Choose another name")


def _differences(project: Project) -> Iterator[Problem]:
    """What nobody answered for all of them may be recommended differently."""
    for key, flag in (("release", "--release"), ("default_flavour", "--default-flavour")):
        values = {one.name: str(getattr(one, key)) for one in project.compositions}
        if len(set(values.values())) > 1:
            told = ", ".join(f"{name} {value}" for name, value in values.items())
            yield Problem(key, f"differs between them ({told})", f"Give one for all with {flag}")


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


def dump(project: Project) -> str:
    """Return the answers file that reproduces the project."""
    whole = {one.name: _own_answers(one) for one in project.compositions}
    first = answers.document(project.first)
    document = {
        "schema": answers.SCHEMA,
        "tool_version": __version__,
        "name": project.name,
        "description": project.description,
        **{key: first[key] for key in SHARED if first.get(key)},
        "compositions": whole,
    }
    head = "# Answers given to nxc-scaffold. To generate again: nxc-scaffold multi . --answers "
    return f"{head}{answers.FILE_NAME}\n" + quote.toml_document(document)


def _own_answers(one: Composition) -> dict[str, Any]:
    left_out = (*SHARED, "schema", "tool_version", "name")
    return {k: v for k, v in answers.document(one).items() if k not in left_out}


def layers_of(sources: Mapping[str, Any], catalog: Catalog) -> dict[str, list[Layer]]:
    """Return the layers of each composition: a stack's name, or a table of answers.

    Raises:
        InputError: there is no such stack, or a table is none.

    """
    found: dict[str, list[Layer]] = {}
    for name, source in sources.items():
        if isinstance(source, str):
            found[name] = layers.stack_layers(source, catalog)
        elif isinstance(source, Mapping):
            found[name] = [Layer(f"compositions.{name}", source)]
        else:
            what = "is neither a table nor the name of a stack"
            raise InputError(Problem(f"compositions.{name}", what, "Write a table of answers"))
    return found
