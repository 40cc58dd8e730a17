"""Which role runs which part, on which hosts, with which options."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entry import OptionValue
from scaffold.catalogue.limits import expand
from scaffold.catalogue.services import Addition, OptionSpec, Part
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Composition, Project, Role
from scaffold.composition.requirements import Requirements

#: The MiB of memory of a virtual machine that `nxc start` is not told of (its variable ``MEM``).
USUAL_MEMORY = 1024


class Placement(Requirements):
    """The parts of a composition's roles, looked up in the catalogue.

    ``parts`` are those of each role, implied ones included, by the role's name.
    """

    def __init__(self, composition: Composition, project: Project, catalog: Catalog) -> None:
        self.composition = composition
        self.roles = {role.name: role for role in composition.roles}
        known = catalog.parts
        self.parts = {
            role.name: tuple(known[p] for p in expand(role.parts, catalog) if p in known)
            for role in composition.roles
        }
        self._running: dict[str, list[Role]] = {}
        for role in composition.roles:
            for part in self.parts[role.name]:
                self._running.setdefault(part.id, []).append(role)
        super().__init__(catalog.in_order(self._running), project, catalog)

    def roles_with(self, part_id: str) -> list[Role]:
        """Return the roles that run a part, in the order in which the user gave them."""
        return self._running.get(part_id, [])

    def hosts_with(self, part_id: str) -> list[str]:
        """Return the hosts that run a part."""
        return [host for role in self.roles_with(part_id) for host in host_names(role)]

    def named_hosts(self, part_id: str) -> list[str]:
        """Return the first host of each role that runs a part.

        These may be named one by one in the generated files, whatever the number of hosts.
        """
        return [host_names(role)[0] for role in self.roles_with(part_id)]

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Every host of the composition."""
        return tuple(host for role in self.composition.roles for host in host_names(role))

    @cached_property
    def replicated(self) -> dict[str, tuple[str, ...]]:
        """The hosts, by role, of the roles whose hosts have numbers."""
        return {role.name: host_names(role) for role in self.composition.roles if role.replicated}

    @property
    def setup_counts(self) -> bool:
        """Say whether ``setup.toml`` tells how many hosts the replicated roles have.

        It does in a project of one composition: its counts are by the names of roles alone, which
        several compositions may have in common.
        """
        counts = "setup" in self.project.extras and not self.project.several
        return counts and bool(self.replicated)

    def options(self, part: Part, role: Role) -> dict[str, OptionValue]:
        """Return a part's options on a role: the role's values, the composition's, defaults."""
        given = {
            **self.composition.options.get(part.id, {}),
            **role.options.get(part.id, {}),
        }
        return _with_defaults(part.options, given)

    def service_options(self, service: str) -> dict[str, OptionValue]:
        """Return the values of the options that all parts of a service have in common."""
        given = self.composition.options.get(service, {})
        return _with_defaults(self.catalog.services[service].options, given)

    def ports(self, part: Part) -> list[int]:
        """Return the ports that a part listens on, shifted as its service's option tells."""
        options = self.service_options(part.service)
        shift = number(options[part.port_shift]) if part.port_shift else 0
        return [port + shift for port in part.ports]

    def additions(self, role: Role) -> list[tuple[Part, Addition]]:
        """Return what used parts add to a role because of the other parts that it runs."""
        ids = {part.id for part in self.parts[role.name]}
        return [
            (part, addition)
            for part in self.used_parts
            for addition in part.adds_to
            if ids & set(addition.parts)
        ]

    def memory(self, role: Role) -> int:
        """Return the MiB of memory to give a host of the role; 0 when the usual ones will do."""
        needed = max((part.memory for part in self.parts[role.name]), default=0)
        return needed if needed > USUAL_MEMORY else 0


def number(value: OptionValue) -> int:
    """Return the value of an option that the catalogue uses as a number.

    Raises:
        TypeError: the option is of another type, which is a fault of the catalogue.

    """
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is used as a number")
    return value


def names_in(value: OptionValue) -> list[str]:
    """Return the value of an option that the catalogue uses as a list of names.

    Raises:
        TypeError: the option is of another type, which is a fault of the catalogue.

    """
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is used as a list")
    return list(value)


def _with_defaults(
    specs: Mapping[str, OptionSpec], given: Mapping[str, OptionValue]
) -> dict[str, OptionValue]:
    return {key: given.get(key, spec.default) for key, spec in specs.items()}
