"""What follows from a project: host names, who runs which part, effective options.

Everything that two generated files must agree on (a host name in a module, in the test script and
in the README) is asked of this one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.services import Secret
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Project, Role
from scaffold.composition.placement import Placement, names_in
from scaffold.composition.requirements import Requirements

FIRST_UID = 1001  # NixOS gives 1000 to the first user that asks for no number


class Topology(Placement):
    """A composition seen through the catalogue."""

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
            part.id: [
                (r, str(self.options(part, r)[part.shares])) for r in self.roles_with(part.id)
            ]
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
        shared = any(owner is role and shared_path == path for owner, shared_path in self.shares())
        return shared or any(shared_path == path for _, shared_path in self.mounted(role))

    @cached_property
    def home(self) -> str:
        """Folder of the users' homes: as told, else the first shared directory, else /home."""
        told = [self.service_options(p.service)[p.homes] for p in self.used_parts if p.homes]
        shared = next((path for _, path in self.shares()), "/home")
        return str(next(filter(None, told), shared))

    @cached_property
    def users(self) -> list[str]:
        """The ordinary users of the composition; empty when no part creates any."""
        creating = [part for part in self.used_parts if part.accounts]
        found = [self.service_options(part.service)[part.accounts] for part in creating]
        return list(dict.fromkeys(name for names in found for name in names_in(names)))

    @cached_property
    def user_ids(self) -> dict[str, int]:
        """The uids of the ordinary users: the same on every host, in the order of their names."""
        return {user: FIRST_UID + index for index, user in enumerate(self.users)}


class ProjectTopology(Requirements):
    """A project seen through the catalogue: each of its compositions, and what they share."""

    def __init__(self, project: Project, catalog: Catalog) -> None:
        self.each = tuple(Topology(one, project, catalog) for one in project.compositions)
        used = {part.id for topology in self.each for part in topology.used_parts}
        super().__init__(catalog.in_order(used), project, catalog)

    @property
    def main(self) -> Topology:
        """The composition that is built when nobody names one."""
        return self.each[0]

    @cached_property
    def secrets(self) -> list[tuple[Secret, list[str]]]:
        """The secrets of all compositions, each with the hosts that want it."""
        return [found for topology in self.each for found in topology.secrets]

    @property
    def most_hosts(self) -> int:
        """The number of hosts of the largest composition."""
        return max(len(topology.hosts) for topology in self.each)
