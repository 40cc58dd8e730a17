"""The hashes of the sources that variants of ``setup.toml`` name."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from scaffold.composition.model import PackageSource, Project, Variant
from scaffold.sources.addresses import parse_source
from scaffold.sources.hashes import source_hash

Tell = Callable[[str, str], None]


def with_hashes(project: Project, tell: Tell, *, offline: bool) -> Project:
    """Return the project with the hash of each source of a variant that can be fetched.

    One that cannot stays without, and ``tell`` is told why: its first build prints it.
    """
    return msgspec.structs.replace(
        project,
        variants={
            name: _filled(name, variant, tell, offline=offline)
            for name, variant in project.variants.items()
        },
    )


def _filled(name: str, variant: Variant, tell: Tell, *, offline: bool) -> Variant:
    def known(where: str, package: str, source: PackageSource) -> PackageSource:
        if source.hash:
            return source
        found = parse_source(source.origin)
        value, reason = source_hash(found, found.version, offline=offline)
        if reason:
            short = reason.removeprefix("error: ").partition("\n")[0]
            tell("hash", f"not known: {package} of variant {name} ({short}); its build tells it")
        return msgspec.structs.replace(source, hash=value)

    sources = {
        where: {package: known(where, package, source) for package, source in packages.items()}
        for where, packages in variant.sources.items()
    }
    return msgspec.structs.replace(variant, sources=sources)
