"""What has to hold of the catalogue's entries, told with the file and the key.

Part of ``scaffold.catalogue.reading``, which checks the folders of users as it loads. A laboratory
that writes a service of its own meets them first, so each says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scaffold.base.errors import Problem, show
from scaffold.base.values import InvalidError, did_you_mean
from scaffold.catalogue import marks
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.services import OptionSpec, Part, Service
from scaffold.catalogue.stacks import Stack
from scaffold.catalogue.values import OPTION_TYPES, of_option

REMEDY = "Correct the name"
#: What a catalogue folder may hold, at least one of it.
CONTENT = (
    "services",
    "stacks",
    "flavours.toml",
    "releases.toml",
    "package_sets.toml",
    "cautions.toml",
    "extras.toml",
    "migrations.toml",
)


def folder_faults(folder: Path) -> Iterator[Problem]:
    """A folder that is named holds entries where they are looked for."""
    if folder.exists() and not folder.is_dir():
        yield Problem(str(folder), "is no folder", "Give a folder that looks like templates/")
    elif not any((folder / name).exists() for name in CONTENT):
        remedy = f"Put into it at least one of {', '.join(CONTENT)}"
        yield Problem(str(folder), "holds nothing of a catalogue", remedy)
    for service in sorted(folder.glob("services/*/")):
        if service.is_dir() and not (service / "service.toml").is_file():
            yield Problem(str(service), "holds no service.toml", "Add it, or remove the folder")


def service_faults(service: Service, file: Path) -> Iterator[Problem]:
    """Templates lie in the folder; options have a free key, a type and a valid default."""
    where = str(file)
    for key, name in _templates(service):
        if name and not (file.parent / name).is_file():
            what = f"{key} names the file {name}, which is not there"
            yield Problem(where, what, "Add it or correct the name")
    for key in sorted(set(service.options) & set(service.parts)):
        yield Problem(where, f"{key!r} is both an option and a part", "Rename one of them")
    for table, specs in _tables(service):
        for spec in specs.values():
            yield from _spec_faults(f"{table}.{spec.key}", spec, specs, service, where)
    for part in service.parts.values():
        for fault in marks.faults(part.recognised_by, part.options):
            yield Problem(where, f"parts.{part.name}.recognised_by: {fault}", "Correct the mark")
        named = {
            "port_shift": part.port_shift,
            "accounts": part.accounts,
            "homes": part.homes,
        }
        for key, option in named.items():
            if option and option not in service.options:
                what = f"parts.{part.name}.{key} names the option {option!r}, which is not there"
                yield Problem(where, what, REMEDY)


def _templates(service: Service) -> Iterator[tuple[str, str]]:
    yield from (("shared", name) for name in service.shared)
    yield from (("test", service.test), ("readme", service.readme))
    yield from (("brings.files", name) for name in service.brings.files.values())
    for part in service.parts.values():
        yield f"parts.{part.name}.module", part.module
        yield from ((f"parts.{part.name}.brings.files", n) for n in part.brings.files.values())
        yield from ((f"parts.{part.name}.adds_to", addition.module) for addition in part.adds_to)


def _tables(service: Service) -> Iterator[tuple[str, Mapping[str, OptionSpec]]]:
    yield "options", service.options
    yield from ((f"parts.{p.name}.options", p.options) for p in service.parts.values())


def _spec_faults(
    key: str, spec: OptionSpec, table: Mapping[str, OptionSpec], service: Service, where: str
) -> Iterator[Problem]:
    """An option has a known type and a default that it would take; what it names is there."""
    if spec.type not in OPTION_TYPES:
        remedy = f"Choose from {', '.join(OPTION_TYPES)}"
        yield Problem(where, f"{key} has no type {spec.type!r}", remedy)
    else:
        try:
            of_option(spec, spec.default)
        except InvalidError as error:
            yield Problem(where, f"{key}.default: {error.what}", error.remedy)
    for other in spec.when:
        if other not in table:
            yield Problem(where, f"{key} depends on {other!r}, which is not there", REMEDY)
    part, _, option = spec.at_most.partition(".")
    if spec.at_most and option not in getattr(service.parts.get(part), "options", {}):
        yield Problem(where, f"{key} is bounded by {spec.at_most!r}, which is not there", REMEDY)


def reference_faults(catalog: Catalog, stack_files: Mapping[str, Path]) -> Iterator[Problem]:
    """Parts, flavours and releases that entries refer to exist, and none implies itself."""
    for part in catalog.parts.values():
        file = str(Path(catalog.services[part.service].folder) / "service.toml")
        for key, name, known in _references(part, catalog):
            if name not in known:
                what = f"parts.{part.name}.{key} refers to {name!r}, which does not exist"
                yield Problem(file, what, did_you_mean(name, list(known)))
        if part.shares and part.shares not in part.options:
            what = f"parts.{part.name}.shares refers to {part.shares!r}, which does not exist"
            yield Problem(file, what, did_you_mean(part.shares, list(part.options)))
        if cycle := _cycle(part, catalog):
            what = f"parts.{part.name}.implies goes in a circle: {' → '.join(cycle)}"
            yield Problem(file, what, "Remove one of them")
        if any(need.part == part.id and not need.elsewhere for need in part.needs):
            what = f"parts.{part.name}.needs names the part itself"
            yield Problem(file, what, "Remove it, or set elsewhere = true")
    for stack in catalog.stacks.values():
        yield from _stack_faults(stack, catalog, str(stack_files[stack.name]))


def package_set_faults(catalog: Catalog) -> Iterator[Problem]:
    """Rows of releases name package sets and cautions that exist; names do not clash.

    A part that takes modules from a package set takes them from one that says how to name them.
    """
    for row in catalog.releases.values():
        for name in row.package_sets:
            if name not in catalog.package_sets:
                what = f"[{row.name}.package_sets.{name}] describes an unknown package set"
                remedy = did_you_mean(name, list(catalog.package_sets))
                yield Problem("releases.toml", what, remedy)
        for name in row.cautions:
            if name not in catalog.cautions:
                what = f"[{row.name}].cautions names {name!r}, which does not exist"
                yield Problem("releases.toml", what, did_you_mean(name, list(catalog.cautions)))
    for entry in catalog.package_sets.values():
        if entry.name == "nixpkgs" or entry.name in catalog.extras:
            what = f"[{entry.name}] has a name that means something else in answers"
            yield Problem("package_sets.toml", what, "Rename it")
        for release in entry.releases:
            if release not in catalog.releases:
                what = f"[{entry.name}.releases] names the unknown release {release!r}"
                yield Problem("package_sets.toml", what, did_you_mean(release, [*catalog.releases]))
    for part in catalog.parts.values():
        for name, use in part.package_sets.items():
            found = catalog.package_sets.get(name)
            if found and use.modules and "{name}" not in found.module:
                file = str(Path(catalog.services[part.service].folder) / "service.toml")
                what = f"parts.{part.name} takes modules of {name}, which does not name any"
                yield Problem(file, what, f'Add module = "{name}.nixosModules.{{name}}" to {name}')


def _references(part: Part, catalog: Catalog) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Yield each key of a part that names another entry, the name, and the known ones."""
    names = {
        "implies": part.implies,
        "needs": [name for need in part.needs for name in need.parts],
        "talks_to": part.talks_to,
        "adds_to": [name for addition in part.adds_to for name in addition.parts],
        "mounts": [part.mounts] if part.mounts else [],
    }
    for key, found in names.items():
        yield from ((key, name, catalog.parts) for name in found)
    for limit in part.limits:
        yield from (("limits.flavours", name, catalog.flavours) for name in limit.flavours)
        yield from (("limits.releases", name, catalog.releases) for name in limit.releases)
    yield from (("package_sets", name, catalog.package_sets) for name in part.package_sets)
    for kernel in part.kernel:
        yield from (("kernel.releases", name, catalog.releases) for name in kernel.releases)


def _cycle(part: Part, catalog: Catalog, path: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the parts from this one back to itself by what they imply, or nothing."""
    if part.id in path:
        return (*path, part.id) if part.id == path[0] else ()
    for name in part.implies:
        if name in catalog.parts and (
            found := _cycle(catalog.parts[name], catalog, (*path, part.id))
        ):
            return found
    return ()


def _stack_faults(stack: Stack, catalog: Catalog, file: str) -> Iterator[Problem]:
    """A stack names existing parts, flavours and releases; the rest is checked when it is used."""
    named: list[tuple[str, str, Mapping[str, object]]] = [
        (f"answers.roles.{name}.parts", part, catalog.parts)
        for name, role in stack.roles.items()
        for part in role.parts
    ]
    named += [("answers.flavours", name, catalog.flavours) for name in stack.flavours]
    if stack.release:
        named.append(("answers.release", stack.release, catalog.releases))
    for key, name, known in named:
        if name not in known:
            what = f"{key} refers to {show(name)}, which does not exist"
            yield Problem(file, what, did_you_mean(name, list(known)))
