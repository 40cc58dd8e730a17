"""What may be chosen, and why not the rest: one answer for prompts, help and recommended values.

The rules of ``scaffold.composition.rules`` refuse what is excluded here, however it was given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import excluded_flavours, excluded_releases


def flavours_to_avoid(parts: Iterable[str], catalog: Catalog) -> dict[str, str]:
    """Return the flavours that cannot be chosen with these parts, each with the reason."""
    return excluded_flavours(parts, catalog)


def releases_to_avoid(
    parts: Iterable[str], flavours: Collection[str], catalog: Catalog
) -> dict[str, str]:
    """Return the releases that cannot be chosen with these parts and flavours, with the reasons.

    A release is excluded by a part that it cannot serve, and when its NixOS Compose lacks one of
    the flavours.
    """
    reasons = excluded_releases(parts, catalog, flavours)
    for release in catalog.releases.values():
        if lacking := [name for name in flavours if name not in release.flavours]:
            reasons[release.name] = f"has no flavour {', '.join(lacking)}"
    return reasons
