"""What a user has to know of the release that a project is moved to."""

from __future__ import annotations

from scaffold.base.errors import ScaffoldError
from scaffold.catalogue.catalog import Catalog
from scaffold.composition.notices import end_of_support, today
from scaffold.survey.found import Project
from scaffold.survey.stub import Reader


def told_of(project: Project, release: str, catalog: Catalog) -> list[str]:
    """Return a line for its end of support and for each of its faults that concerns the project."""
    row = catalog.releases[release]
    flavours = {f for call in project.calls for f in call.flavours or catalog.flavours}
    told = end_of_support(row, catalog, today())
    known = [catalog.cautions[name] for name in row.cautions]
    concerned = [c for c in known if not c.flavours or flavours & set(c.flavours)]
    hosts = _most_hosts(project) if any(caution.hosts for caution in concerned) else 0
    for caution in concerned:
        if not caution.hosts:
            told.append(f"{caution.what}. {caution.remedy}.")
        elif hosts is None:
            told.append(f"from {caution.hosts} hosts on: {caution.what}. {caution.remedy}.")
        elif hosts >= caution.hosts:
            told.append(f"{hosts} hosts: {caution.what}. {caution.remedy}.")
    return told


def _most_hosts(project: Project) -> int | None:
    """Return the hosts of the largest composition; None when one of them cannot be counted."""
    try:
        called = Reader(project, ("vm",)).called
    except ScaffoldError:
        return None
    views = [view for each in called for found in each.views.values() for view in found.values()]
    if not views or any(each.failures for each in called):
        return None
    return max(len(view.hosts) for view in views)
