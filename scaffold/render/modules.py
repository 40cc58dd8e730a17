"""The files that are a composition's own: the NixOS modules that its roles import, its test script.

Module files are named after their part. When a part renders differently on two roles (two NFS
servers that export different folders), each variant gets a file of its own, named after the
first role that imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scaffold.base.engine import Engine
from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import templates_folder
from scaffold.catalogue.services import Part, Service
from scaffold.composition.model import Role
from scaffold.composition.topology import Topology
from scaffold.composition.variants import grown
from scaffold.render.view import composition_names
from scaffold.writer.tree import File, text_file

#: A module's arguments with the lists of hosts that composition.nix passes on.
_TAKES_HOSTS = re.compile(r"^\{[^{}]*\bhosts\b[^{}]*\}:", re.MULTILINE)


class Modules:
    """The NixOS module files of a composition, and which role imports which."""

    def __init__(self, topology: Topology, engine: Engine) -> None:
        self.topology, self.engine = topology, engine
        self.names = composition_names(topology)
        self.imports: dict[str, list[str]] = {role.name: [] for role in topology.composition.roles}
        self.texts: dict[str, str] = {}
        self.services_with_hosts: set[str] = set()
        for part in topology.used_parts:
            self._add_part(part)
        for role in topology.composition.roles:
            self._import_additions(role)

    def files(self) -> Iterator[File]:
        """Yield the module files of parts, and those that several parts of a service import."""
        for path, text in self.texts.items():
            yield text_file(path, text)
        for service in self.topology.used_services:
            for name in service.shared:
                text = self._render(service, name, {})
                yield text_file(f"parts/{service.name}-{name}", text)

    def brought(self) -> Iterator[File]:
        """Yield the files that services bring to the project."""
        for service, brings in self.topology.brought:
            for path, template in brings.files.items():
                yield text_file(path, self._render(service, template, {}))

    def sections(self) -> Iterator[str]:
        """Yield what services have to say in the README."""
        for service in self.topology.used_services:
            if service.readme:
                yield self._render(service, service.readme, {}).strip("\n")

    def _render(self, service: Service, template: str, of_part: dict[str, object]) -> str:
        values = self.topology.service_options(service.name)
        text = self.engine.render(
            Path(service.folder) / template, {**self.names, "service": values, **of_part}
        )
        if _TAKES_HOSTS.search(text):
            self.services_with_hosts.add(service.name)
        return text

    def take_hosts(self, role: Role) -> bool:
        """Say whether a module that the role imports may have the argument ``hosts``."""
        services = {part.service for part in self.topology.parts[role.name]}
        services |= {part.service for part, _ in self.topology.additions(role)}
        return bool(services & self.services_with_hosts)

    def _import_additions(self, role: Role) -> None:
        """Import what parts of other services add to the role; the same file on every role."""
        for part, addition in self.topology.additions(role):
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
            names = {"role": role, "options": self.topology.options(part, role)}
            same = (role.name if by_role else "", repr(names["options"]))
            if same not in texts:
                texts[same] = self._render(service, part.module, names)
            variants.setdefault(texts[same], []).append(role.name)
        return variants


def test_script(topology: Topology, engine: Engine) -> str:
    """The test script: a head, then the fragment of each used service."""
    names = composition_names(topology)
    head = templates_folder() / "composition" / "test_script.py"
    texts = [engine.render(head, names)]
    for service in topology.used_services:
        if service.test:
            values = topology.service_options(service.name)
            fragment = Path(service.folder) / service.test
            texts.append(engine.render(fragment, {**names, "service": values}))
    return "\n\n".join(text.rstrip("\n") for text in texts if text.strip()) + "\n"


def require_following(topology: Topology, engine: Engine, files: Sequence[File]) -> None:
    """Make sure that what is rendered holds for every number of hosts that setup.toml may tell.

    Raises:
        InputError: the template of a service lists hosts where it should refer to their role.

    """
    larger = grown(topology, {role: len(hosts) + 1 for role, hosts in topology.replicated.items()})
    same = {file.content for file in Modules(larger, engine).files()}
    same.add(text_file("test_script.py", test_script(larger, engine)).content)
    fixed = [str(file.path) for file in files if file.content not in same]
    if fixed:
        what = f"{', '.join(fixed)} would list hosts whose number setup.toml tells"
        raise InputError(Problem("extras", what, "Leave out the extra setup"))
