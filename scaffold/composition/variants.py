"""Variants of ``setup.toml``: what ``nxc build --setup NAME`` changes.

A variant has its own numbers of hosts, refs of flake inputs and sources of packages. Source of the
format: setup.py and nix/setup.nix of nixos-compose 0.7.11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scaffold.answers.parsers import MAX_COUNT, Context, parse_pins
from scaffold.base import names
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue import values
from scaffold.catalogue.package_sets import setup_tables
from scaffold.catalogue.values import InvalidError, show
from scaffold.composition.model import PackageSource, Variant
from scaffold.composition.topology import Topology

KEY = "variants"
#: What nxc reads at the top level of setup.toml, which no variant may be called.
RESERVED = frozenset({"project", "options", "params", "overrides", "override-params", "build"})


def check_name(name: str) -> str | None:
    """Return why a variant cannot have a name, or None."""
    return names.check_input(name) or ("is reserved by nxc" if name in RESERVED else None)


def parse(value: Any, ctx: Context) -> dict[str, Variant]:
    """Validate the table of variants."""
    if not isinstance(value, Mapping):
        ctx.reject((KEY,), f"{show(value)} is not a table", f"Write one [{KEY}.NAME] per variant")
        return {}
    return {str(name): _variant(str(name), table, ctx) for name, table in value.items()}


def _variant(name: str, value: Any, ctx: Context) -> Variant:
    key = (KEY, name)
    remedy = "Use letters, digits, - and _, starting with a letter"
    ctx.take(key, lambda v: values.as_it_is(v, check_name, remedy), name)
    table = ctx.table(key, value, ("counts", "pins", "sources"))
    pins = table.get("pins")
    return Variant(
        counts=_counts(table.get("counts", {}), ctx, (*key, "counts")),
        pins={} if pins is None else parse_pins(pins, ctx, (*key, "pins")),
        sources=_sources(table.get("sources", {}), ctx, (*key, "sources")),
    )


def _counts(value: Any, ctx: Context, key: tuple[str, ...]) -> dict[str, int]:
    if not isinstance(value, Mapping):
        ctx.reject(key, f"{show(value)} is not a table", "Write it as { node = 8 }")
        return {}
    counts = {
        str(role): ctx.take((*key, str(role)), lambda v: values.integer(v, 1, MAX_COUNT), count)
        for role, count in value.items()
    }
    return {role: count for role, count in counts.items() if count is not None}


def _sources(value: Any, ctx: Context, key: tuple[str, ...]) -> dict[str, dict[str, PackageSource]]:
    found: dict[str, dict[str, PackageSource]] = {}
    for where, packages in ctx.table(key, value, setup_tables(ctx.catalog)).items():
        if not isinstance(packages, Mapping):
            remedy = f"Write [{'.'.join((*key, where))}]"
            ctx.reject((*key, where), f"{show(packages)} is not a table", remedy)
            continue
        taken = {name: _source(str(name), v, ctx, (*key, where)) for name, v in packages.items()}
        found[where] = {str(name): source for name, source in taken.items() if source}
    return {where: packages for where, packages in found.items() if packages}


def _source(name: str, value: Any, ctx: Context, key: tuple[str, ...]) -> PackageSource | None:
    key = (*key, name)
    remedy = "Give the attribute of a package, such as oar"
    ctx.take(key, lambda v: values.as_it_is(v, check_package, remedy), name)
    if isinstance(value, str):
        origin = ctx.take(key, check_origin, value)
        return None if origin is None else PackageSource(origin)
    given = ctx.table(key, value, ("origin", "hash"))
    if not isinstance(value, Mapping):
        return None
    if "origin" not in given:
        ctx.reject((*key, "origin"), "is not answered", "Give its address and revision")
    origin = (
        ctx.take((*key, "origin"), check_origin, given["origin"]) if "origin" in given else None
    )
    known = ctx.take((*key, "hash"), _hash, given["hash"]) if "hash" in given else ""
    return None if origin is None or known is None else PackageSource(origin, known)


def check_origin(value: Any) -> str:
    """Validate an address: setup.toml names a fetcher of nixpkgs and a fixed revision.

    Raises:
        InvalidError: it is no address, a local folder, or names no revision.

    """
    from scaffold.sources.addresses import parse_source  # it loads all about sources

    address = values.line(value)
    try:
        source = parse_source(address)
    except InputError as error:
        raise InvalidError(error.problems[0].what, error.problems[0].remedy) from error
    if source.folder is not None:
        what = f"{show(address)} is a folder, and other people's builds do not have it"
        remedy = "Push it and give its commit; to build it once, pass --override-input to nix"
        raise InvalidError(what, f"{remedy} by `nxc build --nix-flags`")
    if source.by_ref and not source.ref:
        what = f"{show(address)} names no revision"
        remedy = "Add a tag or commit, as in github:oar-team/oar3/REV"
        raise InvalidError(what, "Give an archive of one" if source.kind == "git" else remedy)
    if source.by_ref and (fault := names.check_ref(source.ref)):
        raise InvalidError(f"{show(source.ref)} {fault}", "Give a tag or commit")
    if source.kind not in ("github", "gitlab", "gitea", "sourcehut", "git", "tarball"):
        what = f"{show(address)} is a package of a registry"
        raise InvalidError(what, "Give a repository and a revision, or an archive")
    return address


def check_package(name: str) -> str | None:
    """Say why a package cannot be named by a bare key of TOML, as setup.toml does."""
    if not names.BARE_KEY.fullmatch(name):
        return "must be letters, digits, - and _"
    return "is the table of NUR" if name == "nur" else names.check_attribute(name)


def _hash(value: Any) -> str:
    return values.checked(value, names.check_hash, "Give what nix prints, or leave it out")


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
    """Return the composition with other numbers of hosts, and no variants."""
    roles = tuple(
        msgspec.structs.replace(role, count=counts.get(role.name, role.count))
        for role in topology.composition.roles
    )
    larger = msgspec.structs.replace(topology.composition, roles=roles, variants={})
    return Topology(larger, topology.catalog)


def variants_fit(topology: Topology) -> Iterator[Problem]:
    """What variants change is there to be changed, and setup.toml is."""
    composition = topology.composition
    if composition.variants and "setup" not in composition.extras:
        yield Problem(KEY, "are tables of setup.toml, which is not chosen", "Add --extra setup")
        return
    for name, variant in composition.variants.items():
        yield from _counts_fit(f"{KEY}.{name}.counts", variant, topology)
        for pin in variant.pins:
            if pin not in topology.inputs:
                remedy = f"Choose from {', '.join(topology.inputs)}"
                yield Problem(f"{KEY}.{name}.pins", f"{pin!r} is no input of this flake", remedy)
        there = {"nixpkgs", *(used.name for used in topology.package_sets)}
        for where in variant.sources:
            if where not in there:
                what = f"{where} is no input of this flake: no part needs it"
                yield Problem(f"{KEY}.{name}.sources", what, "Remove its packages")


def _counts_fit(where: str, variant: Variant, topology: Topology) -> Iterator[Problem]:
    for role, count in variant.counts.items():
        base = topology.roles.get(role)
        if base is None:
            remedy = values.did_you_mean(role, list(topology.roles))
            yield Problem(where, f"there is no role {show(role)}", remedy)
        elif base.count == 1:
            what = f"{role} has one host, called {role}; of several, each has a number"
            yield Problem(where, what, f"Give the role a count of 2 or more, as --role {role}:2")
        elif count < base.count:
            what = f"{count} is less than the {base.count} that {role} has without a variant"
            yield Problem(where, what, "Variants add hosts: make the role's own count the smallest")


def numbers_tell_roles_apart(topology: Topology) -> Iterator[Problem]:
    """No role is called as a further host of a replicated role would be: node7 beside node."""
    for role, hosts in topology.replicated.items():
        for other in topology.roles:
            if other in hosts or other == role:
                continue  # two hosts of one name: another rule tells
            if other.startswith(role) and other[len(role) :].isdigit():
                what = f"{role} has numbered hosts, and one more may get this name"
                yield Problem(f"roles.{other}", what, "Rename one of the two")
