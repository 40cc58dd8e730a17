"""Everything that the catalogue's folders hold, as one frozen value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct

from scaffold.catalogue.inputs import PackageSet
from scaffold.catalogue.releases import Caution, Flavour, Release
from scaffold.catalogue.services import Part, Service
from scaffold.catalogue.stacks import Extra, Stack, Trial


class Catalog(Struct, frozen=True):
    """Everything the tool knows about: what a composition can be made of.

    ``folders`` are those it was read from beside the tool's own.
    """

    services: Mapping[str, Service]
    parts: Mapping[str, Part]
    stacks: Mapping[str, Stack]
    flavours: Mapping[str, Flavour]
    releases: Mapping[str, Release]
    extras: Mapping[str, Extra]
    package_sets: Mapping[str, PackageSet] = {}
    cautions: Mapping[str, Caution] = {}
    trials: Mapping[str, Trial] = {}
    folders: tuple[Path, ...] = ()

    @property
    def default_release(self) -> str:
        """The release that is marked as the default; without such a mark, the first row."""
        marked = [name for name, row in self.releases.items() if row.default]
        return (marked or list(self.releases))[0]

    @property
    def preferred_releases(self) -> list[str]:
        """The releases in the order in which they are recommended: the default, then the newest."""
        first = self.default_release
        return [first, *(name for name in self.releases if name != first)]

    def in_order(self, parts: Collection[str]) -> tuple[Part, ...]:
        """Return parts by their ids, in the order of the catalogue: by service, then as declared.

        Only their services are read.
        """
        services = {part.partition(".")[0] for part in parts}
        used = (self.services[name] for name in self.services if name in services)
        ids = (part.id for service in used for part in service.parts.values())
        return tuple(self.parts[part_id] for part_id in ids if part_id in parts)
