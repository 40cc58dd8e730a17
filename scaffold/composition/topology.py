"""What follows from a composition: host names, who runs which part, effective options.

Everything that two generated files must agree on (a host name in a module, in the test script and
in the README) is asked of this one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from scaffold.catalogue.entries import Brings, Kernel, Pin, Release, Secret, Service
from scaffold.catalogue.package_sets import UsedSet, used_sets
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.composition.placement import Placement

ACCOUNTS = "users.accounts"
FIRST_UID = 1001  # NixOS gives 1000 to the first user that asks for no number


class Topology(Placement):
    """A composition seen through the catalogue."""

    @property
    def release(self) -> Release:
        """The row of pins that the composition is built from."""
        return self.catalog.releases[self.composition.release]

    @cached_property
    def secrets(self) -> list[tuple[Secret, list[str]]]:
        """The secrets that the answers ask for, each with the hosts that want it."""
        found: list[tuple[Secret, list[str]]] = []
        for name in dict.fromkeys(part.service for part in self.used_parts):
            options = self.service_options(name)
            for secret in self.catalog.services[name].secrets:
                if all(options.get(key) == value for key, value in secret.when.items()):
                    hosts = [
                        host
                        for role in self.composition.roles
                        if any(part.service == name for part in self.parts[role.name])
                        for host in host_names(role)
                    ]
                    found.append((secret, hosts))
        return found

    @cached_property
    def _shared(self) -> dict[str, list[tuple[Role, str]]]:
        return {
            part.id: [(r, self.options(part, r)[part.shares]) for r in self.roles_with(part.id)]
            for part in self.used_parts
            if part.shares
        }

    def shares(self, part_id: str | None = None) -> Iterator[tuple[Role, str]]:
        """Yield each role that shares a directory with others, and the directory."""
        for sharing, found in self._shared.items():
            if part_id in (None, sharing):
                yield from found

    def mounted(self, role: Role) -> list[tuple[Role, str]]:
        """Return the directories that a role mounts, each with the role that shares it."""
        return [
            (owner, path)
            for part in self.parts[role.name]
            if part.mounts
            for owner, path in self.shares(part.mounts)
            if owner is not role
        ]

    @cached_property
    def _mounting(self) -> dict[str, list[str]]:
        hosts: dict[str, list[str]] = {}
        for role in self.composition.roles:
            for path in dict.fromkeys(path for _, path in self.mounted(role)):
                hosts.setdefault(path, []).extend(host_names(role))
        return hosts

    def hosts_that_mount(self, path: str) -> list[str]:
        """Return the hosts that mount a shared directory."""
        return self._mounting.get(path, [])

    def sees(self, role: Role, path: str) -> bool:
        """Say whether a role has a shared directory: it shares or it mounts it."""
        shared = any(owner is role and own == path for owner, own in self.shares())
        return shared or any(own == path for _, own in self.mounted(role))

    @cached_property
    def home(self) -> str:
        """Folder of the users' homes: as told, else the first shared directory, else /home."""
        told = self.service_options("users")["home"] if "users" in self.catalog.services else ""
        shared = next((path for _, path in self.shares()), "/home")
        return str(told or shared)

    @cached_property
    def users(self) -> list[str]:
        """The ordinary users of the composition; empty when no role has accounts."""
        if not self.roles_with(ACCOUNTS):
            return []
        return list(self.service_options("users")["names"])

    @cached_property
    def user_ids(self) -> dict[str, int]:
        """The uids of the ordinary users: the same on every host, in the order of their names."""
        return {user: FIRST_UID + index for index, user in enumerate(self.users)}

    def at_least(self, version: str) -> bool:
        """Say whether the release's nixpkgs is of a version such as 23.05, or newer.

        A release of an own catalogue whose name holds no version counts as newer.
        """
        found = re.search(r"\d\d\.\d\d", self.composition.release)
        return found is None or found[0] >= version

    @cached_property
    def kernel(self) -> tuple[Kernel, ...]:
        """Kernel-level settings of the release and of the used parts on it, each once."""
        release, chosen = self.composition.release, set(self.composition.flavours)
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
        return used_sets(self.used_parts, self.composition.release, self.catalog)

    @cached_property
    def brought(self) -> tuple[tuple[Service, Brings], ...]:
        """What the used services and parts bring to the flake, in the order of the catalogue."""
        used = {part.service for part in self.used_parts}
        services = [s for s in self.catalog.services.values() if s.name in used]
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
        return self.composition.pins.get(name, self.inputs[name].ref)

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
        wanted += [other for part in parts for add in part.beside for other in add.parts]
        wanted += [other for part in parts for other in part.implies]
        return list(dict.fromkeys(name.partition(".")[0] for name in wanted))
