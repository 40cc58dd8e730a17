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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import templates_folder as templates_folder
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
from scaffold.catalogue.faults import (
    folder_faults,
    package_set_faults,
    reference_faults,
    service_faults,
)

T = TypeVar("T", bound=Entry)


def load_catalog(folders: Sequence[Path] = ()) -> Catalog:
    """Read the tool's own catalogue and then the given folders.

    Raises:
        InputError: a folder holds no entry; a file is no TOML, has an unknown or missing key, names
            an unknown part or a file that is not there; parts imply each other in a circle.

    """
    if faults := [fault for folder in folders for fault in folder_faults(folder)]:
        raise InputError(*faults)
    all_folders = [templates_folder(), *folders]
    services = {s.name: s for folder in all_folders for s in _services(folder)}
    catalog = Catalog(
        services=services,
        parts={p.id: p for service in services.values() for p in service.parts.values()},
        stacks={s.name: s for folder in all_folders for s in _stacks(folder)},
        flavours=tables(all_folders, "flavours.toml", Flavour),
        releases=tables(all_folders, "releases.toml", Release),
        extras=tables(all_folders, "extras.toml", Extra),
        package_sets=tables(all_folders, "package_sets.toml", PackageSet),
        cautions=tables(all_folders, "cautions.toml", Caution),
        trials=tables(all_folders, "evidence.toml", Trial),
        folders=tuple(folders),
    )
    files = {file.stem: file for folder in all_folders for file in folder.glob("stacks/*.toml")}
    if faults := [*reference_faults(catalog, files), *package_set_faults(catalog)]:
        raise InputError(*faults)
    return catalog


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
    service = _entry({"name": name, "folder": str(file.parent), **data}, Service, file)
    if faults := list(service_faults(service, file)):
        raise InputError(*faults)
    return service


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
