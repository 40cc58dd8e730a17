"""The builders: data under ``templates/packages/<builder>/``, a ``builder.toml`` and a template.

A new builder is a new folder; nothing here knows one by name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import templates_folder
from scaffold.catalogue.entry import Entry
from scaffold.packages.detect.facts import Folder

TEMPLATE = "package.nix"
_TESTS = re.compile(r"(^|/)(tests?|spec|features|docs?|examples?|_plugins)/")


class Marker(Entry, frozen=True):
    """A sign of a builder: a file in the root (a glob) whose text matches ``pattern``.

    ``unless`` is a pattern that rules the sign out, ``order`` stands in for the builder's.
    ``among`` is a pattern of paths: the sign counts with such a file, those of tests left out.
    ``also`` are further files that the root must have, each with a pattern for its text (empty: any
    text), ``without`` those that it must not have.
    """

    file: str
    pattern: str = ""
    unless: str = ""
    among: str = ""
    also: Mapping[str, str] = msgspec.field(default_factory=dict)
    without: tuple[str, ...] = ()
    order: int | None = None


class Builder(Entry, frozen=True):
    """One builder.

    ``order`` decides when the markers of several are there: the lowest counts. ``arguments`` are
    the function's arguments that its template uses, ``native`` runs at build time. ``compiled``:
    takes kapack's ``debug`` argument. ``self`` is how the version is reached from within, through
    ``finalAttrs`` where the function takes it in every supported nixpkgs. ``dependencies`` names
    the set that dependencies are taken from (empty: ``pkgs``). ``checks`` says that tests can run
    at all. Of builders of one ``family`` a project may offer several; which one is better is then
    not certain. ``named``: the project's own name is the package's, as in a registry. A file of
    ``unless_below`` further down, or one of ``unless_beside`` in the root, says that the builder
    may be wrong, and of a ``weak`` one, which may only call another, so does a build file of a
    language without a builder. ``defaults`` are further arguments with their defaults, as Nix.
    ``version_files`` are files that a package may keep next to its own and that belong to the
    version of its source, such as a lock file, each with the command that writes it anew in the
    package's folder (empty: it is a plain copy of the source's).
    """

    name: str
    title: str
    description: str
    order: int
    folder: str
    markers: tuple[Marker, ...] = ()
    arguments: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    compiled: bool = False
    self: str = "finalAttrs"
    dependencies: str = ""
    checks: bool = True
    family: str = ""
    named: bool = False
    weak: bool = False
    unless_below: tuple[str, ...] = ()
    unless_beside: tuple[str, ...] = ()
    defaults: Mapping[str, str] = msgspec.field(default_factory=dict)
    version_files: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def template(self) -> Path:
        """The Jinja template of the package."""
        return Path(self.folder) / TEMPLATE


def packages_folder() -> Path:
    """Return the folder of the builders."""
    return templates_folder() / "packages"


def load_builders(folders: Sequence[Path] = ()) -> dict[str, Builder]:
    """Return the tool's own builders and those of the given folders, in their order.

    Raises:
        InputError: a builder.toml is no TOML, or has an unknown or missing key.

    """
    found: dict[str, Builder] = {}
    for folder in [packages_folder(), *folders]:
        for file in sorted(folder.glob("*/builder.toml")):
            found[file.parent.name] = _load(file)
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def _load(file: Path) -> Builder:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        builders = {"name": file.parent.name, "folder": str(file.parent)}
        return msgspec.convert({**builders, **data}, Builder)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(Problem(str(file), str(error), "Correct the file")) from error


def find_builders(builders: Iterable[Builder], folder: Folder) -> list[tuple[Builder, str]]:
    """Return the builders whose signs are in a source, the one that counts first.

    Each comes with the file that shows it.
    """
    names = [name for name in folder.names() if not name.endswith("/")]
    found = [
        (builder.order if marker.order is None else marker.order, builder, name)
        for builder in builders
        for marker in builder.markers
        for name in names
        if PurePosixPath(name).match(marker.file) and _matches(marker, folder, name)
    ]
    shown: dict[str, tuple[Builder, str]] = {}
    for _, builder, name in sorted(found, key=lambda entry: entry[0]):
        shown.setdefault(builder.name, (builder, name))  # the sign that counts most
    return list(shown.values())


def _matches(marker: Marker, folder: Folder, name: str) -> bool:
    if marker.pattern or marker.unless:
        text = folder.text(name)
        if marker.unless and re.search(marker.unless, text, re.MULTILINE):
            return False
        if marker.pattern and re.search(marker.pattern, text, re.MULTILINE) is None:
            return False
    names = set(folder.names())
    lacks = any(
        other not in names or not re.search(pattern, folder.text(other), re.MULTILINE)
        for other, pattern in marker.also.items()
    )
    if lacks or names & set(marker.without):
        return False
    return not marker.among or any(
        re.search(marker.among, path) and not _TESTS.search(path) for path in folder.walk()
    )
