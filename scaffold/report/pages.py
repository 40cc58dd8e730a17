"""What there is to know about an entry of the catalogue, as documents for text and JSON.

A page is a plain document: its keys are stable, what does not apply is left out. The reasons for
which a flavour or a release is excluded are those of ``scaffold.catalogue.limits``, so that a page
never says anything else than the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from scaffold.base.errors import InputError, Problem, show
from scaffold.base.values import did_you_mean
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.catalogue.evidence import service_evidence, stack_evidence
from scaffold.catalogue.inputs import Pin
from scaffold.catalogue.limits import parts_of
from scaffold.catalogue.package_sets import contents
from scaffold.catalogue.releases import Flavour, Release
from scaffold.catalogue.services import OptionSpec, Part, Service
from scaffold.catalogue.stacks import Stack
from scaffold.render.view import pin_url

Page = dict[str, object]


def find(name: str, catalog: Catalog) -> list[Page]:
    """Return the pages of every entry with the name: a service and a stack may share one.

    Raises:
        InputError: there is no such entry.

    """
    pages = [
        {key: value for key, value in page(name).items() if value not in ("", None)}
        for known, page in _kinds(catalog)
        if name in known
    ]
    if not pages:
        known = [entry for names, _ in _kinds(catalog) for entry in names]
        problem = Problem("describe", f"there is no {show(name)}", did_you_mean(name, known))
        raise InputError(problem)
    return pages


def _kinds(catalog: Catalog) -> Iterator[tuple[Collection[str], Callable[[str], Page]]]:
    yield catalog.stacks, lambda name: stack_page(catalog.stacks[name], catalog)
    yield catalog.services, lambda name: service_page(catalog.services[name], catalog)
    yield catalog.parts, lambda name: part_page(catalog.parts[name], catalog)
    yield catalog.flavours, lambda name: flavour_page(catalog.flavours[name], catalog)
    yield catalog.releases, lambda name: release_page(catalog.releases[name], catalog)


def part_page(part: Part, catalog: Catalog) -> Page:
    """Return what a role must know before it runs a part."""
    service = catalog.services[part.service]
    return {
        "kind": "part",
        "name": part.id,
        "description": part.description,
        "service": part.service,
        "needs": [
            {
                "part": n.part,
                "alternatives": list(n.alternatives),
                "elsewhere": n.elsewhere,
                "why": n.why,
            }
            for n in part.needs
        ],
        "implies": list(part.implies),
        "talks_to": list(part.talks_to),
        "options": _options(part.id, part.options),
        "max_hosts": part.max_hosts,
        "max_per_role": part.max_per_role,
        "memory": part.memory or None,
        "hardware": list(part.hardware),
        "ports": list(part.ports),
        "units": list(part.units),
        "sets_alone": list(part.owns),
        "adds_to": [name for addition in part.adds_to for name in addition.parts],
        "private_source": part.private,
        "package_sets": {
            name: {"modules": list(use.modules), "packages": list(use.packages)}
            for name, use in part.package_sets.items()
        },
        "kernel": [f"{', '.join(k.releases) or 'all releases'}: {k.why}" for k in part.kernel],
        "flavours": _split(catalog.flavours, _own(part, flavours_to_avoid([part.id], catalog))),
        "releases": _split(catalog.releases, _own(part, releases_to_avoid([part.id], (), catalog))),
        "not_together": _combinations(part),
        "private_inputs": _private([part.brings.inputs, service.brings.inputs]),
        "proof": service.proof,
    }


def service_page(service: Service, catalog: Catalog) -> Page:
    """Return what a service consists of."""
    return {
        "kind": "service",
        "name": service.name,
        "title": service.title,
        "description": service.description,
        "parts": {p.id: p.description for p in service.parts.values() if not p.hidden},
        "options": _options(service.name, service.options),
        "credentials": [c if isinstance(c, str) else c.text for c in service.credentials],
        "network": service.network,
        "seen": service_evidence(service.name, catalog) if service.test else "",
        "evidence": list(service.evidence),
        "private_inputs": _private(
            [service.brings.inputs, *(p.brings.inputs for p in service.parts.values())]
        ),
        "proof": service.proof,
        "stacks": [
            stack.name
            for stack in catalog.stacks.values()
            if any(catalog.parts[p].service == service.name for p in _parts_of(stack, catalog))
        ],
    }


def stack_page(stack: Stack, catalog: Catalog) -> Page:
    """Return what a stack decides, and what it leaves open."""
    parts = _parts_of(stack, catalog)
    services = dict.fromkeys(catalog.parts[p].service for p in parts)
    return {
        "kind": "stack",
        "name": stack.name,
        "description": stack.description,
        "roles": [
            {"role": name, "count": role.count, "parts": list(role.parts)}
            for name, role in stack.roles.items()
        ],
        "services": list(services),
        "seen": stack_evidence(stack.name, catalog),
        "chosen_flavours": list(stack.flavours),
        "flavours": _split(catalog.flavours, flavours_to_avoid(parts, catalog)),
        "releases": _split(catalog.releases, releases_to_avoid(parts, (), catalog)),
        "proof": {s: catalog.services[s].proof for s in services if catalog.services[s].proof},
    }


def flavour_page(flavour: Flavour, catalog: Catalog) -> Page:
    """Return what a flavour is, and what it cannot run."""
    cannot = {
        part.id: reason
        for part in catalog.parts.values()
        if (reason := _own(part, flavours_to_avoid([part.id], catalog)).get(flavour.name))
    }
    return {
        "kind": "flavour",
        "name": flavour.name,
        "description": flavour.title,
        "note": flavour.note,
        "test_driver": flavour.driver,
        "releases": [r.name for r in catalog.releases.values() if flavour.name in r.flavours],
        "cannot_run": cannot,
    }


def release_page(release: Release, catalog: Catalog) -> Page:
    """Return the pins of a release, their evidence, and what it cannot serve."""
    cannot = {
        part.id: reason
        for part in catalog.parts.values()
        if (reason := _own(part, releases_to_avoid([part.id], (), catalog)).get(release.name))
    }
    return {
        "kind": "release",
        "name": release.name,
        "inputs": {name: pin_url(pin, pin.ref) for name, pin in release.inputs.items()},
        "published": str(release.published or ""),
        "end_of_support": str(release.end_of_support or ""),
        "evidence": release.evidence,
        "cautions": [
            f"{caution.what}. {caution.remedy}."
            for caution in (catalog.cautions[name] for name in release.cautions)
        ],
        "flavours": list(release.flavours),
        "shell": release.shell,
        "package_sets": {
            name: {"modules": list(found.modules), "unusable": dict(found.unusable)}
            for name in catalog.package_sets
            if (found := contents(name, release.name, catalog))
        },
        "cannot_run": cannot,
    }


def _options(owner: str, specs: Mapping[str, OptionSpec]) -> list[Page]:
    return [
        {
            "key": f"{owner}.{spec.key}",
            "type": spec.type,
            "default": spec.default,
            **_bounds(spec),
            "help": spec.help,
        }
        for spec in specs.values()
    ]


def _bounds(spec: OptionSpec) -> Page:
    found = {"minimum": spec.minimum, "maximum": spec.maximum, "choices": list(spec.choices)}
    return {key: value for key, value in found.items() if value not in (None, [])}


def _own(part: Part, reasons: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons without the part's name before them: its page says it already."""
    return {name: reason.removeprefix(f"{part.id}: ") for name, reason in reasons.items()}


def _split(known: Iterable[str], excluded: Mapping[str, str]) -> Page:
    """Return which of the known names can be used, and why the others cannot."""
    return {
        "usable": [name for name in known if name not in excluded],
        "excluded": {name: excluded[name] for name in known if name in excluded},
    }


def _combinations(part: Part) -> list[Page]:
    return [
        {"flavours": list(x.flavours), "releases": list(x.releases), "reason": x.reason}
        for x in part.limits
        if x.flavours and x.releases
    ]


def _private(inputs: Iterable[Mapping[str, Pin]]) -> dict[str, str]:
    return {name: pin.private for pins in inputs for name, pin in pins.items() if pin.private}


def _parts_of(stack: Stack, catalog: Catalog) -> list[str]:
    """Return the parts of all roles, with those that they imply and that a user could choose."""
    chosen = [p for role in stack.roles.values() for p in role.parts]
    return [part.id for part in parts_of(chosen, catalog) if not part.hidden]
