"""What a user decided, as frozen data.

Nothing here reads files or knows how text is asked for or rendered. Lookups that follow from a
composition (host names, which role runs a part) are in ``scaffold.composition.topology``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from scaffold.catalogue.entry import OptionValue


class Module(Struct, frozen=True):
    """A file of the user's own that the hosts of a role import, beside the modules of its parts.

    ``file`` is relative to the folder of the composition, such as ``parts/adopted-node.nix``. It
    holds a NixOS module or, with ``arguments``, a function of these arguments of the composition
    (``nur``, ``flavour`` …) that returns one: what a module imports cannot depend on what other
    modules say, so what ``imports`` needs of ``nur`` has to come from there.
    """

    file: str
    arguments: tuple[str, ...] = ()


class Role(Struct, frozen=True):
    """A kind of machine: ``count`` hosts that run the same parts.

    ``options`` holds the role's own values of part options, by part id; they win over the
    values given for the whole composition. ``modules`` are files of the user's own: the tool
    imports them, and neither writes nor deletes them. ``docker_ports`` are published by the docker
    flavour, as ``HOST:CONTAINER``. The host of a role with a count of 1 has the role's name; when
    ``numbered``, it has the number 1 at its end as the first of several has.
    """

    name: str
    count: int = 1
    parts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, OptionValue]] = {}
    modules: tuple[Module, ...] = ()
    docker_ports: tuple[str, ...] = ()
    numbered: bool = False

    @property
    def replicated(self) -> bool:
        """Whether its hosts have numbers, and lists of them follow the count."""
        return self.numbered or self.count > 1


class PackageSource(Struct, frozen=True):
    """Where a variant takes a package's source from.

    ``origin`` is an address with a tag or commit, such as ``github:oar-team/oar3/REV``; ``hash``
    is that of its contents (SRI), empty when it is not known.
    """

    origin: str
    hash: str = ""


class Variant(Struct, frozen=True):
    """What ``nxc build --setup NAME`` changes.

    ``counts`` holds numbers of hosts by role, ``pins`` refs by flake input, ``sources`` those of
    packages by package set (``nixpkgs``, or one of the catalogue) and name.
    """

    counts: Mapping[str, int] = {}
    pins: Mapping[str, str] = {}
    sources: Mapping[str, Mapping[str, PackageSource]] = {}


class Composition(Struct, frozen=True):
    """Roles and what they run, with one test script: a composition as NixOS Compose means it.

    ``options`` holds values by service name or part id. ``started_from`` names the stack that the
    answers began with, for display.
    """

    name: str
    description: str
    roles: tuple[Role, ...]
    options: Mapping[str, Mapping[str, OptionValue]] = {}
    started_from: str = ""


class Project(Struct, frozen=True):
    """Everything the user decided: a flake with at least one composition, and what they share.

    ``pins`` maps a flake input to the ref or revision that replaces the release's.
    ``packages_from`` holds the records of packages that the project carries itself, ``variants``
    those of ``setup.toml``. ``kept`` are paths of files that are the user's alone, although
    the tool has a template for them. What may go with what is for ``scaffold.composition.rules``.
    """

    name: str
    description: str
    compositions: tuple[Composition, ...]
    release: str
    flavours: tuple[str, ...]
    default_flavour: str
    pins: Mapping[str, str] = {}
    extras: tuple[str, ...] = ()
    packages_from: Mapping[str, Mapping[str, object]] = {}
    variants: Mapping[str, Variant] = {}
    kept: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether there is more than one composition."""
        return len(self.compositions) > 1

    @property
    def main(self) -> Composition:
        """The composition that is built when nobody names one."""
        return self.compositions[0]

    def folder(self, composition: Composition) -> PurePosixPath:
        """Return where the files of a composition lie: a single one at the top of the project."""
        return PurePosixPath(composition.name if self.several else ".")
