"""Which release a project stands on, and which of its inputs the compositions are built with."""

from __future__ import annotations

import re
from datetime import date

from scaffold.catalogue.catalog import Catalog
from scaffold.survey.found import Project

_RELEASE = re.compile(r"(?<!\d)(\d\d)\.?(05|11)(?!\d)")


def nixpkgs_input(project: Project) -> str:
    """Return the name of the input that ``lib.compose`` is given as ``nixpkgs``."""
    for call in project.calls:
        value = call.value("nixpkgs")
        if value is not None and value.kind == "select" and value.names:
            return value.names[-1]
        if value is not None and value.kind == "name":
            return value.text
    return project.nixpkgs.name if project.nixpkgs else "nixpkgs"


def named_release(text: str) -> str:
    """Return the release that a ref names (nixos-23.05, nixpkgs-2305), or nothing."""
    found = _RELEASE.search(text)
    return f"{found[1]}.{found[2]}" if found else ""


def source_release(project: Project, catalog: Catalog) -> str:
    """Return the release of nixpkgs that a project stands on; empty when nothing tells it.

    The ref that flake.nix names comes first; for a revision or a moving branch such as
    nixos-unstable, the date of what is locked tells the release that it led to.
    """
    name = nixpkgs_input(project)
    entry = project.flake.inputs.get(name) if project.flake else None
    reference = entry.reference if entry else None
    if reference is not None and (told := named_release(reference.ref)):
        return told
    locked = project.lock.input(name) if project.lock and not project.lock.fault else None
    if locked is not None and locked.original is not None:
        if told := named_release(locked.original.ref):
            return told
        if locked.modified is not None:
            return _release_of(locked.modified, catalog)
    return ""


def _release_of(day: date, catalog: Catalog) -> str:
    """Return the first release that was published on a day or after it, else the newest."""
    rows = sorted(
        (row.published, name) for name, row in catalog.releases.items() if row.published is not None
    )
    later = [name for published, name in rows if published >= day]
    return later[0] if later else rows[-1][1]
