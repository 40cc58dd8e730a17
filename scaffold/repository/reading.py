"""Where a repository's packages come from: the one set or folder that a new one belongs to.

The value of default.nix (or nur.nix, or of a flake's ``packages``) is followed; of the sets that it
is put together from, that with the most packages is the list. Nothing is taken for the list by its
name or because it is given to a function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from scaffold.repository.files import Files
from scaffold.repository.follow.follower import Follower
from scaffold.repository.follow.values import (
    Called,
    Conditional,
    Keyed,
    Literal,
    Loaded,
    Mapped,
    Outside,
    Unknown,
    Update,
    Value,
)
from scaffold.repository.inherits import InheritList
from scaffold.repository.places import SetPlace, place_of

_RESERVED = """
    lib modules overlays overlay nixosModules homeModules homeManagerModules darwinModules
    flakeModules pkgs default recurseForDerivations
"""
#: What a NUR set keeps for other things (facts of nix-community/NUR), and what a flake's sets do.
RESERVED = frozenset(_RESERVED.split())
#: Where a repository's modules are listed, by default.nix or by the flake. ``modules`` may hold
#: those of other systems too, so that the name which says more is looked at first.
MODULES = ("nixosModules", "modules")
#: Packages are inherited from a set that inherits them from another, so many times at most.
_INHERITS = 3
FLAKE = PurePosixPath("flake.nix")
#: The attribute of default.nix that some repositories have all of their packages in.
_PACKAGES = "pkgs"


@dataclass(frozen=True)
class Part:
    """One of the sets that a value is put together from, and whether under a condition only.

    ``named_in`` are the lists by which its packages are inherited, when it is not itself a part.
    """

    value: Value
    conditional: bool = False
    named_in: tuple[InheritList, ...] = ()


@dataclass(frozen=True)
class Reading:
    """The packages that an entry of the repository gives, as far as they could be followed.

    ``below`` is the attribute of the entry that holds them; empty for the entry's own attributes.
    """

    entry: PurePosixPath
    parts: tuple[Part, ...]
    below: str = ""

    @property
    def places(self) -> tuple[tuple[SetPlace, bool], ...]:
        """The sets that are written in files, each with whether it is under a condition."""
        return tuple(
            (found, part.conditional)
            for part in self.parts
            if (found := written(part.value, part.named_in)) is not None
        )

    @property
    def written_here(self) -> tuple[Part, ...]:
        """The parts that are not only inherited from."""
        return tuple(part for part in self.parts if not part.named_in)

    @property
    def folders(self) -> tuple[Loaded, ...]:
        """The folders that are loaded."""
        return tuple(part.value for part in self.parts if isinstance(part.value, Loaded))

    def has(self, target: SetPlace | Loaded) -> bool:
        """Say whether the packages of another reading's list are among these."""
        if isinstance(target, Loaded):
            return any(loaded.pattern == target.pattern for loaded in self.folders)
        return any(_is_same(place, target) for place, _ in self.places)

    def lists_of(self, target: SetPlace) -> tuple[InheritList, ...]:
        """Return the lists by which most packages of a set are taken from it, here or by others."""
        most = len(target.packages) // 2
        return tuple(
            names
            for place, _ in self.places
            if _is_same(place, target)
            for names in place.named_in
            if len(named_packages(target, names)) > most
        )


@dataclass(frozen=True)
class Modules:
    """Where NixOS modules are listed: by which attribute of which entry, and in which set."""

    entry: PurePosixPath
    attribute: str
    place: SetPlace | Loaded


class Reader:
    """Reads the entries of one repository."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.follower = Follower(files)

    def expression(self, entry: PurePosixPath) -> Reading:
        """Return what a file such as default.nix gives. Raises InputError when it is no Nix."""
        return Reading(entry, tuple(self._parts(self.follower.expression(entry))))

    def below(self, entry: PurePosixPath) -> Iterator[Reading]:
        """Yield what a file such as default.nix gives in the set of its packages, ``pkgs``.

        Raises InputError when it is no Nix.
        """
        found = self.follower.member(self.follower.expression(entry), _PACKAGES)
        parts = tuple(self._parts(found)) if found is not None else ()
        if any(written(part.value) for part in parts):
            yield Reading(entry, parts, _PACKAGES)

    def flake(self) -> Reading:
        """Return the packages of the flake. Raises InputError when flake.nix is no Nix."""
        outputs = self.follower.outputs()
        found: list[Part] = []
        for name in ("packages", "legacyPackages"):
            systems = self.follower.member(outputs, name)
            packages = self.follower.member(systems, None) if systems is not None else None
            parts = tuple(self._parts(packages)) if packages is not None else ()
            found += parts
        if not found and isinstance(outputs, Outside | Unknown):
            found = [Part(outputs)]
        return Reading(FLAKE, tuple(found))

    def modules(self, entry: PurePosixPath) -> Modules | None:
        """Return where the modules of default.nix, or of the flake, are listed."""
        is_flake = entry == FLAKE
        value = self.follower.outputs() if is_flake else self.follower.expression(entry)
        for name in MODULES:
            found = self.follower.member(value, name)
            if found is None:
                continue
            parts = list(self._parts(found))
            written_sets = (written(part.value) for part in parts)
            places = [p for p in written_sets if p is not None and not _is_of_sets(p)]
            if places:
                return Modules(entry, name, max(places, key=lambda place: len(place.entries)))
            for part in parts:
                if isinstance(part.value, Loaded):
                    return Modules(entry, name, part.value)
        return None

    def _parts(self, value: Value, *, conditional: bool = False) -> Iterator[Part]:
        for part in self._sets(value, conditional=conditional):
            yield part
            yield from self._inherited(part)

    def _inherited(self, part: Part) -> Iterator[Part]:
        """Yield the sets of the repository that a set inherits packages from."""
        value = part.value
        if not isinstance(value, Literal) or value.prefix:
            return
        for binding in value.node.bindings:
            followed = [each.binding for each in part.named_in]
            if not binding.is_inherit or binding in followed or len(followed) > _INHERITS:
                continue
            source = self.follower.inherited_from(value, binding)
            named_in = (*part.named_in, InheritList(value.file.path, value.file.text, binding))
            for other in self._sets(source, conditional=part.conditional) if source else ():
                if written(other.value) is not None:
                    inherited = replace(other, named_in=named_in)
                    yield inherited
                    yield from self._inherited(inherited)

    def _sets(self, value: Value, *, conditional: bool = False) -> Iterator[Part]:
        match value:
            case Update():
                yield from self._sets(value.left, conditional=conditional)
                yield from self._sets(value.right, conditional=conditional)
            case Conditional():
                yield from self._sets(value.value, conditional=True)
            case Called():
                forced = self.follower.forced(value)
                yield from self._sets(forced, conditional=conditional)
            case Keyed():
                yield from self._sets(value.of_each(), conditional=conditional)
            case _:
                yield Part(value, conditional)


def _is_same(place: SetPlace, other: SetPlace) -> bool:
    return place.node is other.node and place.prefix == other.prefix


def _is_of_sets(place: SetPlace) -> bool:
    """Say whether a set of modules holds sets of modules: ``modules.nixos = nixosModules;``."""
    values = [binding.value for _, binding in place.entries if binding.value is not None]
    return bool(values) and all(value.kind in ("name", "select") for value in values)


def written(value: Value, named_in: tuple[InheritList, ...] = ()) -> SetPlace | None:
    """Return the set in a file that a part is, or whose values a function calls."""
    if isinstance(value, Literal):
        return None if None in value.prefix else place_of(value, named_in=named_in)
    if isinstance(value, Mapped):
        base = value.base
        while isinstance(base, Conditional):
            base = base.value
        if isinstance(base, Literal):
            place = place_of(base, paths=True, named_in=named_in)
            return place if len(place.packages) == len(place.entries) else None
    return None


def named_packages(place: SetPlace, names: InheritList) -> frozenset[str]:
    """Return the packages of a set that a list names."""
    return names.names & {name for name, _ in place.packages}


def line_of(place: SetPlace) -> int:
    """Return the line that a set begins on."""
    return place.text.count("\n", 0, place.node.start) + 1
