"""Everything that the catalogue's folders hold, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from scaffold.catalogue.entries import Extra, Flavour, PackageSet, Part, Release, Service, Stack


class Catalog(Struct, frozen=True):
    """Everything the tool knows about: what a composition can be made of."""

    services: Mapping[str, Service]
    parts: Mapping[str, Part]
    stacks: Mapping[str, Stack]
    flavours: Mapping[str, Flavour]
    releases: Mapping[str, Release]
    extras: Mapping[str, Extra]
    package_sets: Mapping[str, PackageSet] = {}

    @property
    def default_release(self) -> str:
        """The newest release: the first row of the table."""
        return next(iter(self.releases))
