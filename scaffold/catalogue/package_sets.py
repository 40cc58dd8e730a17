"""Package sets: what a release's revision of one holds, and what the parts of a composition take.

A package set is a source of packages and NixOS modules beside nixpkgs. kapack is one; a laboratory
may declare its own in a catalogue folder, in ``package_sets.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.inputs import Argument, PackageSet, Pin, SetContents
from scaffold.catalogue.services import Part


@dataclass(frozen=True)
class UsedSet:
    """A package set as the flake of a composition uses it.

    ``modules`` are the names of the NixOS modules that its parts need, sorted.
    """

    entry: PackageSet
    pin: Pin
    overlay: str
    modules: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the package set."""
        return self.entry.name

    @property
    def input(self) -> str:
        """The name of its flake input."""
        return self.entry.input

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What it needs of ``nxc.lib.compose``."""
        return self.entry.arguments

    def module_expression(self, name: str) -> str:
        """Return the Nix expression of a module, given its name as a Nix attribute."""
        return self.entry.module.replace("{name}", name)


def contents(name: str, release: str, catalog: Catalog) -> SetContents | None:
    """Return what the revision of a package set holds that goes with a release; None without one.

    The release's row comes first, then what the package set says about the release, then what it
    says about all. The flake input of the result is always told.
    """
    row, entry = catalog.releases[release], catalog.package_sets[name]
    found = row.package_sets.get(name) or entry.releases.get(release) or entry.contents
    if found is None:
        return None
    common = entry.contents.pin if entry.contents else None
    pin = found.pin or row.inputs.get(entry.input) or common
    if pin is None:
        return None
    return SetContents(found.modules, found.unusable, pin, found.overlay or entry.overlay)


def pin_of(name: str, release: str, catalog: Catalog) -> Pin | None:
    """Return the flake input of a package set that goes with a release; None without one."""
    found = contents(name, release, catalog)
    return found.pin if found else None


def used_sets(parts: Iterable[Part], release: str, catalog: Catalog) -> tuple[UsedSet, ...]:
    """Return the package sets that the parts need, as far as the release has them."""
    modules: dict[str, set[str]] = {}
    for part in parts:
        for name, use in part.package_sets.items():
            modules.setdefault(name, set()).update(use.modules)
    return tuple(
        UsedSet(entry, found.pin, found.overlay, tuple(sorted(modules[name])))
        for name, entry in catalog.package_sets.items()
        if name in modules
        if (found := contents(name, release, catalog)) is not None and found.pin is not None
    )


def missing(part: Part, release: str, catalog: Catalog) -> str:
    """Why the release's package sets cannot serve a part; empty when they can."""
    for name, use in part.package_sets.items():
        found = contents(name, release, catalog)
        if found is None or found.pin is None:
            return f"no revision of {name} goes with this release"
        for module in use.modules:
            if module not in found.modules:
                return f"{name} {found.pin.ref} has no module {module}"
        for package in use.packages:
            if package in found.unusable:
                return f"{name} {found.pin.ref}: {package} is {found.unusable[package]}"
    return ""


def setup_tables(catalog: Catalog) -> dict[str, str]:
    """Return where setup.toml names the packages of each package set, nixpkgs included."""
    return {
        "nixpkgs": "build",
        **{
            name: ".".join(filter(None, ["build", entry.attribute]))
            for name, entry in catalog.package_sets.items()
        },
    }
