"""Rules about the values of options: consent, bounds, directories, what a value excludes.

Part of :mod:`scaffold.composition.rules`, which runs them. Like all rules they speak of catalogue
data only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.base.errors import Problem
from scaffold.catalogue.entry import OptionValue
from scaffold.catalogue.services import OptionSpec, Part
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.composition.placement import number
from scaffold.composition.topology import Topology


@dataclass(frozen=True)
class _Value:
    """An option in use: where it is set, its specification and its value."""

    key: str
    spec: OptionSpec
    value: OptionValue


def _values(topology: Topology) -> Iterator[_Value]:
    """Yield every option of the used services and parts that matters; of a part, once per role."""
    for name in dict.fromkeys(part.service for part in topology.used_parts):
        yield from _service_values(topology, name)
    for part in topology.used_parts:
        for role in topology.roles_with(part.id):
            yield from _part_values(topology, part, role)


def _service_values(topology: Topology, service: str) -> Iterator[_Value]:
    table = topology.service_options(service)
    for spec in topology.catalog.services[service].options.values():
        if spec.matters(table):
            yield _Value(f"{service}.{spec.key}", spec, table[spec.key])


def _part_values(topology: Topology, part: Part, role: Role) -> Iterator[_Value]:
    table = topology.options(part, role)
    of_role = role.options.get(part.id, {})
    for spec in part.options.values():
        if spec.matters(table):
            key = f"{part.id}.{spec.key}"
            where = f"roles.{role.name}.options.{key}" if spec.key in of_role else key
            yield _Value(where, spec, table[spec.key])


def consent_is_given(topology: Topology) -> Iterator[Problem]:
    """What needs the user's consent has it."""
    wanted = {v.key: v.spec for v in _values(topology) if v.spec.consent and v.value is not True}
    for key, spec in wanted.items():
        yield Problem(
            key, f"needs your consent: {spec.consent}", f"If you agree, give --set {key}=true"
        )


def values_can_run(topology: Topology) -> Iterator[Problem]:
    """Every flavour and release can run the chosen values."""
    project = topology.project
    told = set()
    for v in _values(topology):
        limit = v.spec.limits.get(str(v.value))
        if limit is None or (v.key, v.value) in told:
            continue
        told.add((v.key, v.value))
        names = [f for f in project.flavours if f in limit.flavours]
        names += [project.release] if project.release in limit.releases else []
        if names:
            yield Problem(
                v.key,
                f"{v.value!r} cannot be used on {', '.join(names)}: {limit.reason}",
                "Choose another value, or leave them out",
            )


def bounds_hold(topology: Topology) -> Iterator[Problem]:
    """An option that others bound is at most their sum over all hosts."""
    for v in _values(topology):
        if not v.spec.at_most:
            continue
        service = v.key.partition(".")[0]
        part_name, _, option = v.spec.at_most.partition(".")
        part = topology.catalog.services[service].parts[part_name]
        counts = [
            (role, number(topology.options(part, role)[option]) * role.count)
            for role in topology.roles_with(part.id)
        ]
        total = sum(count for _, count in counts)
        if number(v.value) > total:
            listed = ", ".join(f"{role.name} {count}" for role, count in counts) or "none"
            yield Problem(
                v.key,
                f"{v.value} is more than the {total} of {part.id}.{option} on all hosts ({listed})",
                f"Give at most {total}, or add hosts",
            )


def directories_are_apart(topology: Topology) -> Iterator[Problem]:
    """No two exclusive directories of one host are the same or lie in each other."""
    for role in topology.composition.roles:
        parts = topology.parts[role.name]
        found = [v for part in parts for v in _part_values(topology, part, role)]
        for service in dict.fromkeys(part.service for part in parts):
            found += _service_values(topology, service)
        yield from _overlaps(role, [(v.key, str(v.value)) for v in found if v.spec.exclusive])


def _overlaps(role: Role, taken: list[tuple[str, str]]) -> Iterator[Problem]:
    for index, (key, path) in enumerate(taken):
        for other_key, other in taken[:index]:
            if f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/"):
                yield Problem(
                    f"roles.{role.name}",
                    f"{other_key} {other!r} and {key} {path!r} overlap on {host_names(role)[0]}",
                    f"Give another one with --set {key}=PATH",
                )


OPTION_RULES = (
    consent_is_given,
    values_can_run,
    bounds_hold,
    directories_are_apart,
)
