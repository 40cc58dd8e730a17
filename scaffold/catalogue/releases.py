"""Flavours and releases, and what their users have to be told: entries of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scaffold.catalogue.entry import Entry
from scaffold.catalogue.inputs import Pin, SetContents
from scaffold.catalogue.services import Kernel


class Flavour(Entry, frozen=True):
    """One of the flavours of NixOS Compose: a way to build and start the hosts.

    ``container`` flavours run on the kernel of the machine they are started on; the others boot
    the composition's own kernel. ``kadeploy`` flavours install an image on the node's disk.
    ``driver`` is false when ``nxc driver`` cannot run a test script there, ``memory`` is true when
    the start command takes ``MEM``.
    """

    name: str
    title: str
    container: bool
    grid5000: bool
    kadeploy: bool
    driver: bool
    memory: bool
    note: str


class Caution(Entry, frozen=True):
    """What the user of a release has to know before anything is written.

    It concerns compositions with one of ``flavours`` (none: with any) and at least ``hosts``
    hosts. One that ``refuses`` is an error, any other is told. ``source`` says how it is known.
    """

    name: str
    what: str
    remedy: str
    source: str
    flavours: tuple[str, ...] = ()
    hosts: int = 0
    refuses: bool = False


class Release(Entry, frozen=True):
    """One row of pins that were seen to work together, with the evidence for the row.

    ``published`` and ``end_of_support`` are the dates of its nixpkgs, after the latter of which it
    gets no security fixes. ``default`` marks the row that is taken unless parts need another.
    ``shell`` is the devShell of nxc with all programs, ``flavours`` are those its library has.
    ``nixfmt`` is the attribute of nixpkgs that holds nixfmt 1.0 or newer; empty when it has none.
    ``package_sets`` says what the pinned revisions of package sets hold. ``cautions`` are names
    of ``cautions.toml``. ``kernel`` is what every composition of the release sets for the kernel
    and the initrd.
    """

    name: str
    inputs: Mapping[str, Pin]
    shell: str
    root_password: str
    flavours: tuple[str, ...]
    evidence: str
    published: date | None = None
    end_of_support: date | None = None
    default: bool = False
    nixfmt: str = ""
    package_sets: Mapping[str, SetContents] = {}
    cautions: tuple[str, ...] = ()
    kernel: tuple[Kernel, ...] = ()
