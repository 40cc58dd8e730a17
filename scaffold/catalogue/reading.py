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
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import templates_folder
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entries import (
    Caution,
    Entry,
    Extra,
    Flavour,
    PackageSet,
    Part,
    Release,
    Service,
    Stack,
    Trial,
)

T = TypeVar("T", bound=Entry)


class Table(Mapping[str, T]):
    """Entries by name, read from their files when the first of them is asked for.

    A command that looks at stacks alone does not wait for services.
    """

    def __init__(self, read: Callable[[], dict[str, T]]) -> None:
        self._read = read

    @cached_property
    def _entries(self) -> dict[str, T]:
        return self._read()

    def __getitem__(self, name: str) -> T:
        """Return an entry."""
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in the order of the files."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)


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
    services = Table(lambda: {s.name: s for folder in every for s in _services(folder)})
    catalog = Catalog(
        services=services,
        parts=Table(lambda: {p.id: p for s in services.values() for p in s.parts.values()}),
        stacks=Table(lambda: {s.name: s for folder in every for s in _stacks(folder)}),
        flavours=_table_of(every, "flavours.toml", Flavour),
        releases=_table_of(every, "releases.toml", Release),
        extras=_table_of(every, "extras.toml", Extra),
        package_sets=_table_of(every, "package_sets.toml", PackageSet),
        cautions=_table_of(every, "cautions.toml", Caution),
        trials=_table_of(every, "evidence.toml", Trial),
        folders=tuple(folders),
    )
    if folders:
        require_consistent(catalog, every)
    return catalog


def require_consistent(catalog: Catalog, folders: Sequence[Path]) -> None:
    """Check that the entries of a catalogue, read from ``folders``, fit together.

    Raises:
        InputError: with the faults that were found.

    """
    from scaffold.catalogue.faults import package_set_faults, reference_faults, service_faults

    found = (service_faults(s, Path(s.folder) / "service.toml") for s in catalog.services.values())
    if faults := [fault for faults in found for fault in faults]:
        raise InputError(*faults)
    files = {file.stem: file for folder in folders for file in folder.glob("stacks/*.toml")}
    if faults := [*reference_faults(catalog, files), *package_set_faults(catalog)]:
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


def _table_of(folders: Sequence[Path], name: str, kind: type[T]) -> Table[T]:
    return Table(lambda: tables(folders, name, kind))


def tables(folders: Sequence[Path], name: str, kind: type[T]) -> dict[str, T]:
    """Read a file whose top-level tables are entries, from every folder that has it.

    Raises:
        InputError: the file is no TOML, or an entry has an unknown, missing or wrong key.

    """
    files = [folder / name for folder in folders if (folder / name).is_file()]
    return {
        key: _entry({"name": key, **_table(key, table, file)}, kind, file, f"[{key}]: ")
        for file in files
        for key, table in _read(file).items()
    }


def _stacks(folder: Path) -> Iterator[Stack]:
    for file in sorted(folder.glob("stacks/*.toml"), key=lambda file: file.stem):
        yield _entry({"name": file.stem, **_read(file)}, Stack, file)


def _services(folder: Path) -> Iterator[Service]:
    for file in sorted(folder.glob("services/*/service.toml")):
        yield _service(file)


def _service(file: Path) -> Service:
    name = file.parent.name
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
