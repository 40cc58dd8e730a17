"""Variants of ``setup.toml``: what ``nxc build --setup NAME`` changes.

A variant has its own numbers of hosts, refs of flake inputs and sources of packages. Source of the
format: setup.py and nix/setup.nix of nixos-compose 0.7.11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from scaffold.base import names, values
from scaffold.base.errors import Problem, show
from scaffold.composition.model import Variant
from scaffold.composition.topology import ProjectTopology, Topology

KEY = "variants"
#: What nxc reads at the top level of setup.toml, which no variant may be called.
RESERVED = frozenset({"project", "options", "params", "overrides", "override-params", "build"})


def check_name(name: str) -> str | None:
    """Return why a variant cannot have a name, or None."""
    return names.check_input(name) or ("is reserved by nxc" if name in RESERVED else None)


def check_package(name: str) -> str | None:
    """Say why a package cannot be named by a bare key of TOML, as setup.toml does."""
    if not names.BARE_KEY.fullmatch(name):
        return "must be letters, digits, - and _"
    return "is the table of NUR" if name == "nur" else names.check_attribute(name)


def differences(variant: Variant) -> list[str]:
    """Return what a variant changes, a line of text for each."""
    return [
        *(f"{role} ×{count}" for role, count in variant.counts.items()),
        *(f"{pin} {ref}" for pin, ref in variant.pins.items()),
        *(
            f"{package} from {source.origin}"
            for packages in variant.sources.values()
            for package, source in packages.items()
        ),
    ]


def grown(topology: Topology, counts: Mapping[str, int]) -> Topology:
    """Return the composition with other numbers of hosts."""
    roles = tuple(
        msgspec.structs.replace(role, count=counts.get(role.name, role.count))
        for role in topology.composition.roles
    )
    larger = msgspec.structs.replace(topology.composition, roles=roles)
    return Topology(larger, topology.project, topology.catalog)


def variants_fit(whole: ProjectTopology) -> Iterator[Problem]:
    """What variants change is there to be changed, and setup.toml is."""
    project = whole.project
    if project.variants and "setup" not in project.extras:
        yield Problem(KEY, "are tables of setup.toml, which is not chosen", "Add --extra setup")
        return
    for name, variant in project.variants.items():
        if project.several and variant.counts:
            yield _shared_counts(name, variant, whole)
        elif variant.counts:
            yield from _counts_fit(f"{KEY}.{name}.counts", variant, whole.main)
        for pin in variant.pins:
            if pin not in whole.inputs:
                remedy = f"Choose from {', '.join(whole.inputs)}"
                yield Problem(f"{KEY}.{name}.pins", f"{pin!r} is no input of this flake", remedy)
        there = {"nixpkgs", *(used.name for used in whole.package_sets)}
        for where in variant.sources:
            if where not in there:
                what = f"{where} is no input of this flake: no part needs it"
                yield Problem(f"{KEY}.{name}.sources", what, "Remove its packages")


def _shared_counts(name: str, variant: Variant, whole: ProjectTopology) -> Problem:
    """Return why a variant of several compositions cannot count hosts: setup.toml is for all."""
    role = next(iter(variant.counts))
    having = [one.composition.name for one in whole.each if role in one.roles]
    what = f"{role} is a count of setup.toml, which all compositions share"
    if len(having) > 1:
        what += f"; {' and '.join(having)} both have a role of this name"
    remedy = "Leave it out, or make each composition a project of its own"
    return Problem(f"{KEY}.{name}.counts", what, remedy)


def _counts_fit(where: str, variant: Variant, topology: Topology) -> Iterator[Problem]:
    for role, count in variant.counts.items():
        base = topology.roles.get(role)
        if base is None:
            remedy = values.did_you_mean(role, list(topology.roles))
            yield Problem(where, f"there is no role {show(role)}", remedy)
        elif not base.replicated:
            what = f"{role} has one host, called {role}; of several, each has a number"
            yield Problem(where, what, f"Give the role a count of 2 or more, as --role {role}:2")
        elif count < base.count:
            what = f"{count} is less than the {base.count} that {role} has without a variant"
            yield Problem(where, what, "Variants add hosts: make the role's own count the smallest")


def numbers_tell_roles_apart(topology: Topology) -> Iterator[Problem]:
    """No role is called as a further host of a replicated role would be: node7 beside node."""
    for other in topology.roles:
        digits = len(other) - len(other.rstrip("0123456789"))
        for length in range(len(other) - digits, len(other)):
            role = other[:length]
            # two hosts of one name: another rule tells
            if role in topology.replicated and other not in topology.replicated[role]:
                what = f"{role} has numbered hosts, and one more may get this name"
                yield Problem(f"roles.{other}", what, "Rename one of the two")
