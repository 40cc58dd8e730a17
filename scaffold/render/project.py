"""Renders a composition to a tree: catalogue + templates + answers → files, and nothing else.

Module files are named after their part. When a part renders differently on two roles (two NFS
servers that export different folders), each variant gets a file of its own, named after the
first role that imports it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from scaffold.answers import answers
from scaffold.base.engine import Engine
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entries import Entry, Part, Service
from scaffold.catalogue.reading import templates_folder
from scaffold.composition.model import Composition, Role
from scaffold.composition.topology import Topology
from scaffold.composition.variants import grown
from scaffold.render.view import conditions, shared_names, skeleton_names
from scaffold.writer.tree import File, Policy, Tree, state_file, text_file

PROJECT_FOLDER = "{{cookiecutter.name}}"
#: A module's arguments with the lists of hosts that composition.nix passes on.
_TAKES_HOSTS = re.compile(r"^\{[^{}]*\bhosts\b[^{}]*\}:", re.MULTILINE)


class SkeletonFile(Entry, frozen=True):
    """How a file of the skeleton is treated: when it is there, and when it already exists."""

    when: str = ""
    policy: str = "confirm"
    executable: bool = False


def render(composition: Composition, catalog: Catalog, own: Own | None = None) -> Tree:
    """Return the files of the generated project. The same answers give the same bytes.

    A template of the user's ``own`` replaces the skeleton or comes on top of it; its files count
    more than those of the tool.

    Raises:
        InputError: the user's template cannot be rendered.

    """
    topology = Topology(composition, catalog)
    engine = Engine()
    modules = _Modules(topology, engine)
    files = [*modules.files(), text_file("test_script.py", _test_script(topology, engine))]
    if topology.setup_counts:
        _require_following(topology, engine, files)
    names = _names(topology, modules)
    if own is None or own.extends:
        files += _skeleton(topology, engine, names)
    files += own_packages(composition, engine)
    if own is not None:
        files = own.over(files, names)
    state = answers.dump(composition, own.record if own else None).encode()
    files.append(state_file(answers.FILE_NAME, state, ours=lambda old: b"nxc-scaffold" in old))
    tree = Tree(files)
    return tree if own is None else own.finished(tree)


def own_packages(composition: Composition, engine: Engine) -> list[File]:
    """Return the files of the packages that the composition carries itself."""
    if not composition.packages_from:
        return []
    from scaffold.packages import records  # only when there is one: it loads all about packages

    return [text_file(*entry) for entry in records.files(composition.packages_from, engine)]


class Own(Protocol):
    """A template of the user's own, as rendering sees it."""

    @property
    def extends(self) -> bool:
        """Whether its files come on top of the skeleton's, or take its place."""

    @property
    def record(self) -> Mapping[str, Any]:
        """What the answers file says about it."""

    def over(self, files: list[File], names: Mapping[str, Any]) -> list[File]:
        """Return ``files`` without those that it replaces, and its own."""

    def finished(self, tree: Tree) -> Tree:
        """Return the tree as its hooks leave it."""


def _require_following(topology: Topology, engine: Engine, files: list[File]) -> None:
    """Make sure that what is rendered holds for every number of hosts that setup.toml may tell.

    Raises:
        InputError: the template of a service lists hosts where it should refer to their role.

    """
    larger = grown(topology, {role: len(hosts) + 1 for role, hosts in topology.replicated.items()})
    same = {file.content for file in _Modules(larger, engine).files()}
    same.add(text_file("test_script.py", _test_script(larger, engine)).content)
    fixed = [str(file.path) for file in files if file.content not in same]
    if fixed:
        what = f"{', '.join(fixed)} would list hosts whose number setup.toml tells"
        raise InputError(Problem("extras", what, "Leave out the extra setup"))


class _Modules:
    """The NixOS module files of a composition, and which role imports which."""

    def __init__(self, topology: Topology, engine: Engine) -> None:
        self.topology, self.engine = topology, engine
        self.names = shared_names(topology)
        self.imports: dict[str, list[str]] = {role.name: [] for role in topology.composition.roles}
        self.texts: dict[str, str] = {}
        self.services_with_hosts: set[str] = set()
        for part in topology.used_parts:
            self._add_part(part)
        for role in topology.composition.roles:
            self._add_beside(role)

    def files(self) -> Iterator[File]:
        for path, text in self.texts.items():
            yield text_file(path, text)
        for service in self.topology.used_services:
            for name in service.shared:
                text = self._render(service, name, {})
                yield text_file(f"parts/{service.name}-{name}", text)
        for service, brings in self.topology.brought:
            for path, template in brings.files.items():
                yield text_file(path, self._render(service, template, {}))

    def sections(self) -> Iterator[str]:
        """Yield what services have to say in the README."""
        for service in self.topology.used_services:
            if service.readme:
                yield self._render(service, service.readme, {}).strip("\n")

    def _render(self, service: Service, template: str, own: dict[str, Any]) -> str:
        values = self.topology.service_options(service.name)
        text = self.engine.render(
            Path(service.folder) / template, {**self.names, "service": values, **own}
        )
        if _TAKES_HOSTS.search(text):
            self.services_with_hosts.add(service.name)
        return text

    def take_hosts(self, role: Role) -> bool:
        """Say whether a module that the role imports may have the argument ``hosts``."""
        own = {part.service for part in self.topology.parts[role.name]}
        own |= {part.service for part, _ in self.topology.beside(role)}
        return bool(own & self.services_with_hosts)

    def _add_beside(self, role: Role) -> None:
        """Import what parts of other services add to the role; the same file on every role."""
        for part, addition in self.topology.beside(role):
            path = f"parts/{part.service}-{addition.module}"
            if path not in self.texts:
                service = self.topology.catalog.services[part.service]
                self.texts[path] = self._render(service, addition.module, {})
            if path not in self.imports[role.name]:
                self.imports[role.name].append(path)

    def _add_part(self, part: Part) -> None:
        service = self.topology.catalog.services[part.service]
        variants = self._variants(service, part)
        stem = service.name if len(service.parts) == 1 else f"{service.name}-{part.name}"
        for text, roles in variants.items():
            path = f"parts/{stem}.nix" if len(variants) == 1 else f"parts/{stem}-{roles[0]}.nix"
            self.texts[path] = text
            for role_name in roles:
                self.imports[role_name].append(path)

    def _variants(self, service: Service, part: Part) -> dict[str, list[str]]:
        """Return each text that the part's module has, with the roles that import it.

        A module that does not speak of its ``role`` is the same for all roles with the same
        options. It is rendered once for them: it may list hosts, and there may be a thousand.
        """
        by_role = self.engine.mentions(Path(service.folder) / part.module, "role")
        texts: dict[tuple[str, str], str] = {}
        variants: dict[str, list[str]] = {}
        for role in self.topology.roles_with(part.id):
            own = {"role": role, "options": self.topology.options(part, role)}
            same = (role.name if by_role else "", repr(own["options"]))
            if same not in texts:
                texts[same] = self._render(service, part.module, own)
            variants.setdefault(texts[same], []).append(role.name)
        return variants


def _names(topology: Topology, modules: _Modules) -> dict[str, Any]:
    """Return the ``cookiecutter`` namespace of a skeleton."""
    names = skeleton_names(topology, modules.imports, conditions(topology))
    for role in names["roles"]:
        role["takes_hosts"] = modules.take_hosts(topology.roles[role["name"]])
    return {**names, "sections": list(modules.sections())}


def _skeleton(topology: Topology, engine: Engine, own: Mapping[str, Any]) -> Iterator[File]:
    """The files that every project has, from the cookiecutter template ``composition``."""
    folder = templates_folder() / "composition"
    facts = conditions(topology)
    names = {"cookiecutter": own}
    for path, entry in manifest(folder).items():
        if not entry.when or facts[entry.when]:
            text = engine.render(folder / PROJECT_FOLDER / path, names)
            policy = Policy(entry.policy)
            yield text_file(path, text, 0o755 if entry.executable else 0o644, policy)


def manifest(folder: Path) -> dict[str, SkeletonFile]:
    """Read which files a skeleton has, and how each is treated."""
    import msgspec

    data = tomllib.loads((folder / "files.toml").read_text(encoding="utf-8"))
    return {path: msgspec.convert(table, SkeletonFile) for path, table in data.items()}


def _test_script(topology: Topology, engine: Engine) -> str:
    """The test script: a head, then the fragment of each used service."""
    names = shared_names(topology)
    head = templates_folder() / "composition" / "test_script.py"
    texts = [engine.render(head, names)]
    for service in topology.used_services:
        if service.test:
            values = topology.service_options(service.name)
            fragment = Path(service.folder) / service.test
            texts.append(engine.render(fragment, {**names, "service": values}))
    return "\n\n".join(text.rstrip("\n") for text in texts if text.strip()) + "\n"
