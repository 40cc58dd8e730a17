"""The validator of the variants of ``setup.toml``: counts of hosts, refs of inputs, sources."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.answers.parsers import MAX_COUNT, Context, parse_pins
from scaffold.base import names, values
from scaffold.base.errors import InputError, show
from scaffold.base.values import InvalidError
from scaffold.catalogue.package_sets import setup_tables
from scaffold.composition.model import PackageSource, Variant
from scaffold.composition.variants import KEY, check_name, check_package


def parse(value: object, ctx: Context) -> dict[str, Variant]:
    """Validate the table of variants."""
    if not isinstance(value, Mapping):
        ctx.reject((KEY,), f"{show(value)} is not a table", f"Write one [{KEY}.NAME] per variant")
        return {}
    return {str(name): _variant(str(name), table, ctx) for name, table in value.items()}


def _variant(name: str, value: object, ctx: Context) -> Variant:
    key = (KEY, name)
    remedy = "Choose a name such as large"
    ctx.take(key, lambda v: values.as_it_is(v, check_name, remedy), name)
    table = ctx.table(key, value, ("counts", "pins", "sources"))
    pins = table.get("pins")
    return Variant(
        counts=_counts(table.get("counts", {}), ctx, (*key, "counts")),
        pins={} if pins is None else parse_pins(pins, ctx, (*key, "pins")),
        sources=_sources(table.get("sources", {}), ctx, (*key, "sources")),
    )


def _counts(value: object, ctx: Context, key: tuple[str, ...]) -> dict[str, int]:
    if not isinstance(value, Mapping):
        ctx.reject(key, f"{show(value)} is not a table", "Write it as { node = 8 }")
        return {}
    counts = {
        str(role): ctx.take((*key, str(role)), lambda v: values.integer(v, 1, MAX_COUNT), count)
        for role, count in value.items()
    }
    return {role: count for role, count in counts.items() if count is not None}


def _sources(
    value: object, ctx: Context, key: tuple[str, ...]
) -> dict[str, dict[str, PackageSource]]:
    found: dict[str, dict[str, PackageSource]] = {}
    for where, packages in ctx.table(key, value, setup_tables(ctx.knowledge)).items():
        if not isinstance(packages, Mapping):
            remedy = f"Write [{'.'.join((*key, where))}]"
            ctx.reject((*key, where), f"{show(packages)} is not a table", remedy)
            continue
        taken = {name: _source(str(name), v, ctx, (*key, where)) for name, v in packages.items()}
        found[where] = {str(name): source for name, source in taken.items() if source}
    return {where: packages for where, packages in found.items() if packages}


def _source(name: str, value: object, ctx: Context, key: tuple[str, ...]) -> PackageSource | None:
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


def check_origin(value: object) -> str:
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


def _hash(value: object) -> str:
    return values.checked(value, names.check_hash, "Give what nix prints, or leave it out")
