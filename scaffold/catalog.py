"""Reads the catalogue: services, stacks, flavours, releases and extras, from folders of data.

A catalogue folder looks like the tool's own ``templates/``: ``services/<name>/service.toml``,
``stacks/<name>.toml``, ``flavours.toml``, ``releases.toml``, ``extras.toml``; any of them may be
missing. Later folders add to earlier ones. Mistakes are reported with the file and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scaffold.errors import InputError, Problem
from scaffold.folders import templates_folder as templates_folder
from scaffold.model import Catalog, Entry, Extra, Flavour, Part, Release, Service, Stack
from scaffold.values import OPTION_TYPES

T = TypeVar("T", bound=Entry)


def load_catalog(folders: Sequence[Path] = ()) -> Catalog:
    """Read the tool's own catalogue and then the given folders.

    Raises:
        InputError: a file is no TOML, has an unknown or missing key, or names an unknown part.

    """
    all_folders = [templates_folder(), *folders]
    services = {s.name: s for folder in all_folders for s in _services(folder)}
    catalog = Catalog(
        services=services,
        parts={p.id: p for service in services.values() for p in service.parts.values()},
        stacks={s.name: s for folder in all_folders for s in _stacks(folder)},
        flavours=_tables(all_folders, "flavours.toml", Flavour),
        releases=_tables(all_folders, "releases.toml", Release),
        extras=_tables(all_folders, "extras.toml", Extra),
    )
    _check_references(catalog)
    return catalog


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(str(file), f"cannot be read: {error}", "Correct the catalogue file")
        raise InputError(problem) from error


def _entry(data: Mapping[str, Any], kind: type[T], file: Path, where: str = "") -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise InputError(
            Problem(str(file), f"{where}{error}", "Correct the catalogue file")
        ) from error


def _tables(folders: Sequence[Path], name: str, kind: type[T]) -> dict[str, T]:
    """Read a file whose top-level tables are entries, from every folder that has it."""
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
    _check_files(service, file)
    return service


def _part(service: str, name: str, table: Mapping[str, Any], file: Path) -> Part:
    options = _with_keys(table.get("options", {}), file)
    return _entry(
        {**table, "id": f"{service}.{name}", "service": service, "options": options}, Part, file
    )


def _with_keys(options: Any, file: Path) -> dict[str, Any]:
    return {
        key: {"key": key, **_table(f"options.{key}", table, file)}
        for key, table in _table("options", options, file).items()
    }


def _table(key: str, value: Any, file: Path) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise InputError(Problem(str(file), f"{key} is not a table", f"Write [{key}]"))


def _check_files(service: Service, file: Path) -> None:
    """Check that named templates lie in the folder, and that options have a free key and a type."""
    named = [p.module for p in service.parts.values()]
    named += [*service.shared, service.test, service.readme]
    named += service.brings.files.values()
    for part in service.parts.values():
        named += [*part.brings.files.values(), *(addition.module for addition in part.beside)]
    missing = [n for n in named if n and not (file.parent / n).is_file()]
    clashes = sorted(set(service.options) & set(service.parts))
    specs = [*service.options.values()]
    specs += [spec for part in service.parts.values() for spec in part.options.values()]
    problems = (
        [
            Problem(
                str(file), f"names the file {n}, which is not there", "Add it or correct the name"
            )
            for n in missing
        ]
        + [
            Problem(str(file), f"{key!r} is both an option and a part", "Rename one of them")
            for key in clashes
        ]
        + [
            Problem(
                str(file),
                f"options.{spec.key} has no type {spec.type!r}",
                f"Choose from {', '.join(OPTION_TYPES)}",
            )
            for spec in specs
            if spec.type not in OPTION_TYPES
        ]
    )
    problems += _option_faults(service, file)
    if problems:
        raise InputError(*problems)


def _option_faults(service: Service, file: Path) -> Iterator[Problem]:
    """Options that name other options or parts of the service name existing ones."""
    remedy = "Correct the name"
    tables = [("options", service.options)]
    tables += [(f"parts.{p.name}.options", p.options) for p in service.parts.values()]
    for where, table in tables:
        for key, spec in table.items():
            for other in spec.when:
                if other not in table:
                    what = f"{where}.{key} depends on {other!r}, which is not there"
                    yield Problem(str(file), what, remedy)
            part, _, option = spec.at_most.partition(".")
            if spec.at_most and option not in getattr(service.parts.get(part), "options", {}):
                yield Problem(
                    str(file),
                    f"{where}.{key} is bounded by {spec.at_most!r}, which is not there",
                    remedy,
                )
    for part_entry in service.parts.values():
        if part_entry.port_shift and part_entry.port_shift not in service.options:
            yield Problem(
                str(file),
                f"parts.{part_entry.name} shifts its ports by "
                f"{part_entry.port_shift!r}, which is not there",
                remedy,
            )


def _check_references(catalog: Catalog) -> None:
    """Parts, flavours and releases that entries refer to exist."""
    problems = [
        Problem(f"part {part.id}", f"refers to {name!r}, which does not exist", "Correct the name")
        for part in catalog.parts.values()
        for name in _dangling(part, catalog)
    ]
    if problems:
        raise InputError(*problems)


def _dangling(part: Part, catalog: Catalog) -> Iterator[str]:
    wanted = [*part.implies, *(need.part for need in part.needs)]
    wanted += [name for addition in part.beside for name in addition.parts]
    wanted += [part.mounts] if part.mounts else []
    yield from (name for name in wanted if name not in catalog.parts)
    for limit in part.limits:
        yield from (name for name in limit.flavours if name not in catalog.flavours)
        yield from (name for name in limit.releases if name not in catalog.releases)
    if part.shares and part.shares not in part.options:
        yield part.shares
