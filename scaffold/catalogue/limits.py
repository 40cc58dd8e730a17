"""Which flavours and releases the chosen parts exclude, and why.

Asked by the prompts (a flavour that cannot run is shown, disabled, with the reason), by the
recommended answers and by the rules, so that all three always agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entries import Part
from scaffold.catalogue.package_sets import missing


def expand(parts: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    """Return the parts of a role with those that they imply, each once, implied ones first."""
    found: dict[str, None] = {}
    for part_id in parts:
        part = catalog.parts.get(part_id)
        if part and part.implies:
            found.update(dict.fromkeys(expand(part.implies, catalog)))
        found[part_id] = None
    return tuple(found)


def parts_of(part_ids: Iterable[str], catalog: Catalog) -> list[Part]:
    """Return the known parts among the ids, with those that they imply."""
    ids = expand(tuple(dict.fromkeys(part_ids)), catalog)
    return [catalog.parts[i] for i in ids if i in catalog.parts]


def excluded_flavours(part_ids: Iterable[str], catalog: Catalog) -> dict[str, str]:
    """Return the flavours that some part cannot run, each with the part and its reason.

    One that no release is left for counts too: each release that has the parts excludes it.
    """
    ids = tuple(part_ids)
    without = excluded_releases(ids, catalog)
    left = [name for name in catalog.releases if name not in without]
    reasons: dict[str, str] = {}
    for flavour in catalog.flavours if left else ():
        excluded = excluded_releases(ids, catalog, (flavour,))
        if all(name in excluded for name in left):
            reasons[flavour] = excluded[left[0]].removesuffix(f" (flavour {flavour})")
    for part in reversed(parts_of(ids, catalog)):
        for limit in part.limits:
            if not limit.releases:
                reasons.update(dict.fromkeys(limit.flavours, f"{part.id}: {limit.reason}"))
    return reasons


def excluded_releases(
    part_ids: Iterable[str], catalog: Catalog, flavours: Collection[str] = ()
) -> dict[str, str]:
    """Return the releases that cannot be used with the parts on the flavours, with the reasons.

    A part excludes a release by its own limits, and when the package set of that release lacks
    one of the part's modules or has one of its packages marked unusable.
    """
    reasons: dict[str, str] = {}
    for part in parts_of(part_ids, catalog):
        for limit in part.limits:
            both = [f for f in limit.flavours if f in flavours]
            if both or not limit.flavours:
                on = f" (flavour {', '.join(both)})" if both else ""
                for name in limit.releases:
                    reasons.setdefault(name, f"{part.id}: {limit.reason}{on}")
        for name in catalog.releases:
            if reason := missing(part, name, catalog) or _kernel_reason(part, name):
                reasons.setdefault(name, f"{part.id}: {reason}")
    return reasons


def _kernel_reason(part: Part, release: str) -> str:
    """Why no kernel of the release fits the part; empty when one does, or when any does."""
    pinned = [setting for setting in part.kernel if setting.packages]
    if not pinned or any(not k.releases or release in k.releases for k in pinned):
        return ""
    return f"no kernel of its nixpkgs fits. {pinned[0].why}"


def private_sources(part_ids: Iterable[str], catalog: Catalog) -> list[str]:
    """Return what a user must have for sources of the parts that are not public, each once."""
    found = (part.private for part in parts_of(part_ids, catalog))
    return list(dict.fromkeys(text for text in found if text))
