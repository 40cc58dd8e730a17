"""Which of the sets that a repository's packages are put together from is the list.

It is the one with the most packages: nothing is taken for the list by its name. Where none can be
meant, the place that the reading did not get past is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.repository.files import Files
from scaffold.repository.follow.values import Built, Literal, Loaded, Outside, Unknown, Value
from scaffold.repository.places import SetPlace, is_like_a_package
from scaffold.repository.reading import FLAKE, RESERVED, Reading, line_of, named_packages


@dataclass(frozen=True)
class Stop:
    """Why no list was found: the place that the reading did not get past, and what is there."""

    where: str
    why: str


def choose(reading: Reading, files: Files) -> SetPlace | Loaded | Stop:
    """Return the set or the folder that a new package belongs to, or why that is not known."""
    best: SetPlace | Loaded | None = None
    most = (0, 0, 0)
    for place, conditional in reading.places:
        others = [b for name, b in place.entries if name not in RESERVED]
        likely = sum(map(is_like_a_package, others))
        called = len(place.packages)
        if place.named_in:
            called = len(named_packages(place, place.named_in[0]))
            likely = 0
        score = (int(bool(called)), int(not conditional), max(called, likely))
        if likely + called and score > most:
            best, most = place, score
    for loaded in reading.folders:
        score = (1, 1, _loaded_packages(loaded, files))
        if best is None or score > most:
            best, most = loaded, score
    return best if best is not None else _empty(reading, files)


def _loaded_packages(loaded: Loaded, files: Files) -> int:
    """Return how many packages lie where a loader looks."""
    before, _, after = loaded.pattern.replace("@@", "@").partition("@")
    if not after.startswith("/"):
        return len(files.entries(loaded.folder))
    folder = PurePosixPath(before)
    return sum(files.is_dir(folder / name) for name in files.entries(folder))


def _empty(reading: Reading, files: Files) -> SetPlace | Stop:
    """Return the set of a repository without packages, when nothing else can be meant."""
    for part in reading.written_here:
        if isinstance(part.value, Unknown | Outside | Built):
            return _stop(part.value, reading)
        if isinstance(part.value, Literal) and None in part.value.prefix:
            where = f"{part.value.file.path}:{part.value.file.line(part.value.node)}"
            why = "a package is bound below a computed name, which nix takes once: bind a set there"
            return Stop(where, why)
    places = [place for place, _ in reading.places if not place.named_in]
    if len(places) != 1 or len(reading.written_here) != 1:
        return Stop(str(reading.entry), "it gives no packages")
    place = places[0]
    if reading.entry != FLAKE and not (place.names <= RESERVED and "pkgs" in place.scope):
        where = f"{place.file}:{line_of(place)}"
        if any(b.is_inherit and b.value is not None for b in place.node.bindings):
            return Stop(where, "it inherits its packages from another set")
        return Stop(where, "it lists no packages")
    folder = PurePosixPath("pkgs")
    unlisted = [name for name in files.entries(folder) if _is_package(folder / name, files)]
    if unlisted:
        why = f"it lists none of the packages of pkgs/, such as {unlisted[0]}"
        return Stop(f"{place.file}:{line_of(place)}", why)
    return place


def _is_package(path: PurePosixPath, files: Files) -> bool:
    return any(files.is_file(path / name) for name in ("default.nix", "package.nix"))


def _stop(value: Value, reading: Reading) -> Stop:
    match value:
        case Unknown():
            return Stop(value.where, value.why)
        case Outside():
            line = value.file.line(value.node)
            called = value.name.removesuffix(" …").replace(" …", "")
            why = f"what {called} gives is not known from the repository's own files"
            if called.startswith("a "):
                why = f"it is {called}, not a set of packages"
            return Stop(f"{value.file.path}:{line}", why)
        case Built():
            line = value.file.line(value.node)
            return Stop(f"{value.file.path}:{line}", "it makes packages of a list of names")
    return Stop(str(reading.entry), "it gives no packages")
