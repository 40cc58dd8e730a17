"""Which parts the roles of a composition run, told by the options that they set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scaffold.base.values import InvalidError
from scaffold.catalogue import marks
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.catalogue.entry import OptionValue
from scaffold.catalogue.limits import expand
from scaffold.catalogue.services import OptionSpec, Part
from scaffold.catalogue.values import of_option
from scaffold.survey.views import Option


@dataclass(frozen=True)
class Recognised:
    """What one role was recognised to run: parts in the order of the catalogue, their options."""

    parts: tuple[str, ...]
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)


def recognise(options: Sequence[Option], catalog: Catalog) -> Recognised:
    """Return the parts that the options of a role tell of, those that others imply included.

    A part that implies another visible one is not taken for it alone: the other has to be
    recognised too.
    """
    found: dict[str, dict[str, OptionValue]] = {}
    for part in catalog.parts.values():
        for mark in part.recognised_by:
            captured = marks.match(mark, options)
            if captured is not None:
                found[part.id] = dict(_valid(part.options, captured))
                break
    while lacking := [name for name in found if _lacking(catalog.parts[name], found, catalog)]:
        for name in lacking:
            del found[name]
    return Recognised(tuple(found), {name: written for name, written in found.items() if written})


def named(parts: Iterable[str], catalog: Catalog) -> list[str]:
    """Return parts without those that another of them implies."""
    given = list(parts)
    implied = {p for name in given for p in expand((name,), catalog) if p != name}
    return [name for name in given if name not in implied]


def _lacking(part: Part, found: Iterable[str], catalog: Catalog) -> bool:
    visible = [name for name in part.implies if not catalog.parts[name].hidden]
    return any(name not in found for name in visible)


def _valid(
    specs: Mapping[str, OptionSpec], given: Mapping[str, object]
) -> Iterator[tuple[str, OptionValue]]:
    for key, value in given.items():
        try:
            yield key, of_option(specs[key], value)
        except InvalidError:
            continue


def service_options(
    roles: Mapping[str, Sequence[Option]], parts: Mapping[str, Sequence[str]], catalog: Catalog
) -> dict[str, dict[str, OptionValue]]:
    """Return the options of services and parts that the composition tells by ``read_from``.

    Where roles say different things the first counts, and what the others say is left to them.
    """
    used = {p for given in parts.values() for p in expand(tuple(given), catalog)}
    every = [option for options in roles.values() for option in options]
    found: dict[str, dict[str, OptionValue]] = {}
    for service in catalog.services.values():
        written = [part for part in service.parts.values() if part.id in used]
        tables = [(service.name, service.options)] if written else []
        tables += [(part.id, part.options) for part in written]
        for name, specs in tables:
            read = {key: value for key, spec in specs.items()
                    if (value := _read(spec, every)) is not None}  # fmt: skip
            unread = {
                key: spec.unread
                for key, spec in specs.items()
                if read and key not in read and spec.unread is not None
            }
            if read or unread:
                found[name] = {**read, **unread}
    return found


def _read(spec: OptionSpec, options: Sequence[Option]) -> OptionValue | None:
    """Return the value that the first telling NixOS option gives, or None."""
    for text in spec.read_from:
        told = list(dict.fromkeys(map(_hashable, marks.values(text, options))))
        if not told:
            continue
        value = list(told) if "*" in text.split(".") else told[0]
        value = list(value) if isinstance(value, tuple) else value
        try:
            return of_option(spec, value)
        except InvalidError:
            continue
    return None


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def fitting_flavours(
    offered: Sequence[str], parts: Iterable[str], release: str, catalog: Catalog
) -> tuple[str, ...]:
    """Return the flavours that are offered and that the parts can run on with a release."""
    ids = tuple(parts)
    excluded = flavours_to_avoid(ids, catalog)
    return tuple(
        flavour
        for flavour in offered
        if flavour not in excluded and release not in releases_to_avoid(ids, (flavour,), catalog)
    )


def reasons_against(
    part: Part, release: str, modules: Sequence[str], catalog: Catalog, *, own_flake: bool
) -> str:
    """Return why a recognised part is not taken for a role; empty when it can be.

    ``modules`` are those that the role imports by name from inputs, such as ``kapack.modules.oar``.
    With ``own_flake`` the flake is the tool's, which brings what a part needs.
    """
    ids = expand((part.id,), catalog)
    excluded = releases_to_avoid(ids, (), catalog)
    if release in excluded:
        return f"not with release {release}: {excluded[release]}"
    if own_flake:
        return ""
    for name in ids:
        each = catalog.parts[name]
        service = catalog.services[each.service]
        brings = (each.brings, service.brings)
        wanted = [m for b in brings for m in (*b.modules, *b.inputs, *b.overlays, *b.files)]
        if wanted:
            what = " ".join(str(wanted[0]).split())[:60]
            return f"{name} wants {what} in flake.nix, which is yours and has no such entry"
        for used in each.package_sets.values():
            for module in used.modules:
                if not any(known.endswith(f".{module}") for known in modules):
                    return f"{name} needs the NixOS module {module}, which the role does not import"
    return ""
