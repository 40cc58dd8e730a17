"""What may be chosen, and why not the rest.

Prompts, completion, help, pages, recommended values and the rules that refuse ask here, so that all
of them say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import parts_of
from scaffold.catalogue.package_sets import missing
from scaffold.catalogue.services import Part


def flavours_to_avoid(parts: Iterable[str], catalog: Catalog) -> dict[str, str]:
    """Return the flavours that some part cannot run, each with the part and its reason.

    One that no release is left for counts too: each release that has the parts excludes it.
    """
    ids = tuple(parts)
    without = _releases_without(ids, (), catalog)
    left = [name for name in catalog.releases if name not in without]
    reasons: dict[str, str] = {}
    for flavour in catalog.flavours if left else ():
        excluded = _releases_without(ids, (flavour,), catalog)
        if all(name in excluded for name in left):
            reasons[flavour] = excluded[left[0]].removesuffix(f" (flavour {flavour})")
    for part in reversed(parts_of(ids, catalog)):
        for limit in part.limits:
            if not limit.releases:
                reasons.update(dict.fromkeys(limit.flavours, f"{part.id}: {limit.reason}"))
    return reasons


def releases_to_avoid(
    parts: Iterable[str], flavours: Collection[str], catalog: Catalog
) -> dict[str, str]:
    """Return the releases that cannot be used with these parts and flavours, with the reasons.

    A release is excluded by a part that it cannot serve, and when its NixOS Compose lacks one of
    the flavours.
    """
    reasons = _releases_without(parts, flavours, catalog)
    for release in catalog.releases.values():
        if lacking := [name for name in flavours if name not in release.flavours]:
            reasons.setdefault(release.name, f"has no flavour {', '.join(lacking)}")
    return reasons


def _releases_without(
    parts: Iterable[str], flavours: Collection[str], catalog: Catalog
) -> dict[str, str]:
    """Return the releases that cannot serve some part on the flavours, with the reasons.

    A part excludes a release by its own limits, and when the package set of that release lacks
    one of the part's modules or has one of its packages marked unusable.
    """
    reasons: dict[str, str] = {}
    for part in parts_of(parts, catalog):
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
