"""Reads the catalogue: services, stacks, flavours, releases and extras, from folders of data.

A catalogue folder looks like the tool's own ``templates/``: ``services/<name>/service.toml``,
``stacks/<name>.toml``, ``flavours.toml``, ``releases.toml``, ``package_sets.toml``,
``cautions.toml``, ``extras.toml``, ``evidence.toml``, ``migrations.toml`` (which
:mod:`scaffold.catalogue.migrations` reads when it is asked for); any of them may be missing. Later
folders add to earlier ones.
Mistakes are reported with the file and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import templates_folder
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entry import Entry
from scaffold.catalogue.inputs import PackageSet
from scaffold.catalogue.releases import Caution, Flavour, Release
from scaffold.catalogue.services import Part, Service
from scaffold.catalogue.stacks import Extra, Stack, Trial

T = TypeVar("T", bound=Entry)


class Table(Mapping[str, T]):
    """Entries by name, each read when it is asked for first.

    A command that looks at one stack does not wait for the others. ``files`` returns the names,
    each with the file that holds it, and ``read`` an entry by its name and file.
    """

    def __init__(
        self, files: Callable[[], dict[str, Path]], read: Callable[[str, Path], T]
    ) -> None:
        self._find = files
        self._read = read
        self._entries: dict[str, T] = {}

    @cached_property
    def files(self) -> dict[str, Path]:
        """The file of each entry, by the entry's name."""
        return self._find()

    def __getitem__(self, name: str) -> T:
        """Return an entry."""
        if name not in self._entries:
            self._entries[name] = self._read(name, self.files[name])
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        """Say whether there is such an entry."""
        return name in self.files

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in the order of folders and files."""
        return iter(self.files)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.files)


class Parts(Mapping[str, Part]):
    """The parts of services, by their ids (``nfs.server``); a service is read as one is needed."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services

    def __getitem__(self, name: str) -> Part:
        """Return a part."""
        service, _, part = name.partition(".")
        return self._services[service].parts[part]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids, in the order of the services."""
        return (part.id for service in self._services.values() for part in service.parts.values())

    def __len__(self) -> int:
        """Return the number of parts."""
        return sum(len(service.parts) for service in self._services.values())


def load_catalog(folders: Sequence[Path] = ()) -> Catalog:
    """Return the tool's own catalogue, with the entries of the given folders.

    Folders of users are read and checked at once. The tool's own catalogue is checked by its tests,
    and read as it is needed.

    Raises:
        InputError: a folder holds no entry; a file is no TOML, has an unknown or missing key, names
            an unknown part or a file that is not there; parts imply each other in a circle.

    """
    if folders:
        from scaffold.catalogue.faults import folder_faults  # few users have such a folder

        if faults := [fault for folder in folders for fault in folder_faults(folder)]:
            raise InputError(*faults)
    every = [templates_folder(), *folders]
    services = Table(lambda: _service_files(every), _service)
    stacks = Table(lambda: _stack_files(every), _stack)
    catalog = Catalog(
        services=services,
        parts=Parts(services),
        stacks=stacks,
        flavours=tables(every, "flavours.toml", Flavour),
        releases=tables(every, "releases.toml", Release),
        extras=tables(every, "extras.toml", Extra),
        package_sets=tables(every, "package_sets.toml", PackageSet),
        cautions=tables(every, "cautions.toml", Caution),
        trials=tables(every, "evidence.toml", Trial),
        folders=tuple(folders),
    )
    if folders:
        require_consistent(catalog, stacks.files)
    return catalog


def require_consistent(catalog: Catalog, stack_files: Mapping[str, Path]) -> None:
    """Check that the entries of a catalogue fit together.

    Raises:
        InputError: with the faults that were found.

    """
    from scaffold.catalogue.faults import package_set_faults, reference_faults, service_faults

    found = (service_faults(s, Path(s.folder) / "service.toml") for s in catalog.services.values())
    if faults := [fault for faults in found for fault in faults]:
        raise InputError(*faults)
    if faults := [*reference_faults(catalog, stack_files), *package_set_faults(catalog)]:
        raise InputError(*faults)


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(str(file), f"cannot be read: {error}", "Correct the catalogue file")
        raise InputError(problem) from error


def _entry(data: Mapping[str, object], kind: type[T], file: Path, where: str = "") -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise InputError(
            Problem(str(file), f"{where}{error}", "Correct the catalogue file")
        ) from error


def tables(folders: Sequence[Path], name: str, kind: type[T]) -> Table[T]:
    """Return the tables of a file as entries, from every folder that has it.

    Reading an entry raises ``InputError`` for a file that is no TOML, and for an entry with an
    unknown, missing or wrong key.
    """

    @cache
    def content(file: Path) -> dict[str, object]:
        return _read(file)

    def files() -> dict[str, Path]:
        named = [folder / name for folder in folders if (folder / name).is_file()]
        return {key: file for file in named for key in content(file)}

    def row(key: str, file: Path) -> T:
        data = {"name": key, **_table(key, content(file)[key], file)}
        return _entry(data, kind, file, f"[{key}]: ")

    return Table(files, row)


def _stack_files(folders: Sequence[Path]) -> dict[str, Path]:
    found = (sorted(folder.glob("stacks/*.toml"), key=lambda f: f.stem) for folder in folders)
    return {file.stem: file for files in found for file in files}


def _stack(name: str, file: Path) -> Stack:
    return _entry({"name": name, **_read(file)}, Stack, file)


def _service_files(folders: Sequence[Path]) -> dict[str, Path]:
    found = (sorted(folder.glob("services/*/service.toml")) for folder in folders)
    return {file.parent.name: file for files in found for file in files}


def _service(name: str, file: Path) -> Service:
    data = _read(file)
    data["parts"] = {
        key: _part(name, key, _table(f"parts.{key}", table, file), file)
        for key, table in _table("parts", data.get("parts", {}), file).items()
    }
    data["options"] = _with_keys(data.get("options", {}), file)
    return _entry({"name": name, "folder": str(file.parent), **data}, Service, file)


def _part(service: str, name: str, table: Mapping[str, object], file: Path) -> Part:
    options = _with_keys(table.get("options", {}), file)
    return _entry(
        {**table, "id": f"{service}.{name}", "service": service, "options": options},
        Part,
        file,
        f"[parts.{name}]: ",
    )


def _with_keys(options: object, file: Path) -> dict[str, object]:
    return {
        key: {"key": key, **_table(f"options.{key}", table, file)}
        for key, table in _table("options", options, file).items()
    }


def _table(key: str, value: object, file: Path) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    raise InputError(Problem(str(file), f"{key} is not a table", f"Write [{key}]"))
