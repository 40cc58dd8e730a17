"""What a user has to know about the release of a composition before anything is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from scaffold.base.errors import sentences
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.releases import Caution, Release

if TYPE_CHECKING:  # `list` tells the support of releases, and looks at no composition
    from scaffold.composition.topology import ProjectTopology, Topology


def today() -> date:
    """Return the current date, or that of ``SOURCE_DATE_EPOCH``, for output that stays the same.

    Source of the variable: https://reproducible-builds.org/docs/source-date-epoch/
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed.isdecimal():
        return datetime.fromtimestamp(int(fixed), UTC).date()
    return datetime.now(UTC).date()


def support_of(release: Release) -> Iterator[str]:
    """Yield until when a release gets security fixes, where that is known."""
    if release.end_of_support is not None:
        yield f"end of support {release.end_of_support}"


def end_of_support(release: Release, catalog: Catalog, now: date) -> list[str]:
    """Return that a release gets no security fixes any more, and which do; nothing when it does."""
    if release.end_of_support is None or release.end_of_support >= now:
        return []
    alive = [
        name
        for name, row in catalog.releases.items()
        if row.end_of_support is not None and row.end_of_support >= now
    ]
    remedy = f"Supported today: {', '.join(alive)}" if alive else "No release here is any more"
    what = f"nixpkgs {release.name} gets no security fixes since {release.end_of_support}"
    return [sentences(what, remedy)]


def cautions(topology: Topology) -> list[Caution]:
    """Return the cautions of the release that concern this composition."""
    chosen = set(topology.project.flavours)
    named = [topology.catalog.cautions[name] for name in topology.release.cautions]
    return [
        caution
        for caution in named
        if (not caution.flavours or chosen & set(caution.flavours))
        and len(topology.hosts) >= caution.hosts
    ]


def notices(whole: ProjectTopology, now: date) -> list[str]:
    """Return what is told about the release: the end of its support, and its cautions."""
    told = end_of_support(whole.release, whole.catalog, now)
    found = dict.fromkeys(caution for one in whole.each for caution in cautions(one))
    told += [sentences(c.what, c.remedy) for c in found if not c.refuses]
    return told
