"""What the parts in use require of the flake: inputs, package sets, kernel, files of services.

It follows from which parts are used and from what the compositions of a project share, so it can be
asked of one composition, of a whole project, and of the parts chosen so far in an interview.
"""

from __future__ import annotations

import re
from functools import cached_property

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.inputs import Pin
from scaffold.catalogue.package_sets import UsedSet, used_sets
from scaffold.catalogue.releases import Release
from scaffold.catalogue.services import Brings, Kernel, Part, Service
from scaffold.composition.model import Project


class Requirements:
    """What ``used_parts`` require; they are in the order of the catalogue."""

    def __init__(self, used_parts: tuple[Part, ...], project: Project, catalog: Catalog) -> None:
        self.used_parts = used_parts
        self.project = project
        self.catalog = catalog

    @property
    def release(self) -> Release:
        """The row of pins that the project is built from."""
        return self.catalog.releases[self.project.release]

    def at_least(self, version: str) -> bool:
        """Say whether the release's nixpkgs is of a version such as 23.05, or newer.

        A release of an own catalogue whose name holds no version counts as newer.
        """
        found = re.search(r"\d\d\.\d\d", self.project.release)
        return found is None or found[0] >= version

    @cached_property
    def kernel(self) -> tuple[Kernel, ...]:
        """Kernel-level settings of the release and of the used parts on it, each once."""
        release, chosen = self.project.release, set(self.project.flavours)
        settings = [*self.release.kernel, *(k for part in self.used_parts for k in part.kernel)]
        return tuple(
            dict.fromkeys(
                setting
                for setting in settings
                if (not setting.releases or release in setting.releases)
                and (not setting.flavours or chosen & set(setting.flavours))
            )
        )

    @cached_property
    def package_sets(self) -> tuple[UsedSet, ...]:
        """The package sets that the used parts need, with what they take from each."""
        return used_sets(self.used_parts, self.project.release, self.catalog)

    @cached_property
    def brought(self) -> tuple[tuple[Service, Brings], ...]:
        """What the used services and parts bring to the flake, in the order of the catalogue."""
        used = {part.service for part in self.used_parts}
        services = [self.catalog.services[name] for name in self.catalog.services if name in used]
        parts = [(self.catalog.services[p.service], p.brings) for p in self.used_parts]
        return (*((service, service.brings) for service in services), *parts)

    @cached_property
    def inputs(self) -> dict[str, Pin]:
        """The flake inputs that are needed: a package set's only when a part uses it."""
        inputs = {name: self.release.inputs[name] for name in ("nixpkgs", "nxc")}
        inputs.update({used.input: used.pin for used in self.package_sets})
        for _, brings in self.brought:
            inputs.update(brings.inputs)
        return inputs

    def ref(self, name: str) -> str:
        """Return the ref or revision of a flake input: the user's pin, else the release's."""
        return self.project.pins.get(name, self.inputs[name].ref)

    @cached_property
    def private(self) -> tuple[str, ...]:
        """What a user must have for sources that are not public, each once."""
        parts = [part.private for part in self.used_parts]
        pins = [pin.private for pin in self.inputs.values()]
        return tuple(dict.fromkeys(text for text in (*parts, *pins) if text))

    @cached_property
    def used_services(self) -> tuple[Service, ...]:
        """The used services; one comes after those whose parts its own parts need."""
        used = dict.fromkeys(part.service for part in self.used_parts)
        found: dict[str, Service] = {}

        def add(name: str, path: tuple[str, ...]) -> None:
            if name in found or name in path or name not in used:
                return
            for other in self._needed_services(name):
                add(other, (*path, name))
            found[name] = self.catalog.services[name]

        for name in used:
            add(name, ())
        return tuple(found.values())

    def _needed_services(self, service: str) -> list[str]:
        """The services that the parts of a service need, imply, or add something to."""
        parts = [part for part in self.used_parts if part.service == service]
        wanted = [name for part in parts for need in part.needs for name in need.parts]
        wanted += [other for part in parts for add in part.adds_to for other in add.parts]
        wanted += [other for part in parts for other in part.implies]
        return list(dict.fromkeys(name.partition(".")[0] for name in wanted))
