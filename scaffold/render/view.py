"""The names that templates see, computed from a composition.

The skeleton sees ``cookiecutter``; the templates of services see these names directly. A service
template also gets ``options`` (its part's values on the role), ``service`` (its service's values)
and ``role``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaffold import __version__
from scaffold.catalogue.entries import Pin
from scaffold.catalogue.evidence import service_evidence
from scaffold.catalogue.package_sets import setup_tables
from scaffold.composition.hosts import host_names, nix_range
from scaffold.composition.model import PackageSource, Role, Variant
from scaffold.composition.topology import Topology
from scaffold.composition.variants import differences, grown
from scaffold.diagram import boxes
from scaffold.nixlang import quote

SYSTEM = "x86_64-linux"
#: A hash that is none: nix refuses it, and tells the real one.
FAKE_HASH = f"sha256-{'A' * 43}="


def pin_url(pin: Pin, ref: str) -> str:
    """Return a flake reference with a ref; 40 hexadecimal digits are a revision."""
    if pin.style == "path":
        return f"{pin.url}/{ref}"
    is_revision = len(ref) == 40 and all(c in "0123456789abcdef" for c in ref)
    separator = "&" if "?" in pin.url else "?"
    return f"{pin.url}{separator}{'rev' if is_revision else 'ref'}={ref}"


def shared_names(topology: Topology) -> dict[str, Any]:
    """Return the names that every template sees."""
    composition = topology.composition
    return {
        "name": composition.name,
        "description": composition.description,
        "release": topology.release,
        "tool_version": __version__,
        "system": SYSTEM,
        "all_roles": composition.roles,
        "all_hosts": topology.hosts,
        "flavours": [topology.catalog.flavours[f] for f in composition.flavours],
        "default_flavour": composition.default_flavour,
        "users": topology.users,
        "home": topology.home,
        "has_part": lambda part: bool(topology.roles_with(part)),
        "roles_with": topology.roles_with,
        "hosts_with": topology.hosts_with,
        "host_with": lambda part: topology.hosts_with(part)[0],
        "hosts_of": host_names,
        "named_hosts": topology.named_hosts,
        "replicated": topology.replicated,
        "setup_counts": topology.setup_counts,
        "host_range": lambda role: nix_range(role, topology.replicated),
        "at_least": topology.at_least,
        "user_ids": topology.user_ids,
        "shares": lambda part: _shares(topology.shares(part)),
        "mounted": lambda role: _shares(topology.mounted(role)),
        "see": lambda path, roles: all(topology.sees(role, path) for role in roles),
        "hosts_that_mount": topology.hosts_that_mount,
        "service_options": topology.service_options,
        "part_options": lambda part, role: topology.options(topology.catalog.parts[part], role),
        "ports": lambda part: topology.ports(topology.catalog.parts[part]),
        "secrets": [
            {"path": secret.path, "target": secret.target, "hosts": hosts}
            for secret, hosts in topology.secrets
        ],
    }


def skeleton_names(
    topology: Topology, modules: Mapping[str, Sequence[str]], conditions: Mapping[str, bool]
) -> dict[str, Any]:
    """Return the ``cookiecutter`` namespace of the composition's skeleton.

    ``modules`` maps a role to the paths of the module files that it imports.
    """
    composition = topology.composition
    return {
        **shared_names(topology),
        "inputs": [_input(name, topology) for name in topology.inputs],
        "overlays": _overlays(topology),
        "arguments": list(
            dict.fromkeys(argument for used in topology.package_sets for argument in used.arguments)
        ),
        "extra_configurations": _extra_configurations(topology),
        "kernel": topology.kernel,
        "kernel_params": list(dict.fromkeys(p for k in topology.kernel for p in k.params)),
        "has": conditions,
        "extras": composition.extras,
        "roles": [_role(role, topology, modules[role.name]) for role in composition.roles],
        "services": topology.used_services,
        "seen": list(_seen(topology)),
        "credentials": list(_credentials(topology)),
        "private": topology.private,
        "boxes": [_box(box, topology) for box in boxes.boxes(topology)],
        "links": [
            {"source": a, "target": b, "parts": parts}
            for (a, b), parts in boxes.links(topology).items()
        ],
        "memory": max((topology.memory(role) for role in composition.roles), default=0),
        "pinned": dict(composition.pins),
        "own_packages": sorted(composition.packages_from),
        "variants": [_variant(n, v, topology) for n, v in composition.variants.items()],
        "compositions": [],
        "main": "composition",
    }


def _shares(found: Iterable[tuple[Role, str]]) -> list[dict[str, Any]]:
    return [{"role": role, "host": host_names(role)[0], "path": path} for role, path in found]


def _input(name: str, topology: Topology) -> dict[str, Any]:
    pin = topology.inputs[name]
    replaced = {} if name == "nixpkgs" else pin.replaced
    return {
        "name": name,
        "url": pin_url(pin, topology.ref(name)),
        "ref": topology.ref(name),
        "follows": {
            own: other for own, other in replaced.items() if other.split("/")[0] in topology.inputs
        },
        "flake": pin.flake,
    }


def _extra_configurations(topology: Topology) -> list[quote.NixRaw]:
    """Modules for every host and for the base image that kernel and initrd come from."""
    of_sets = [
        used.module_expression(quote.nix_attr(name))
        for used in topology.package_sets
        for name in used.modules
    ]
    brought = [module for _, brings in topology.brought for module in brings.modules]
    base = ["./base.nix"] if conditions(topology)["kernel"] else []
    return [quote.nix_raw(text) for text in dict.fromkeys([*of_sets, *brought, *base])]


def _overlays(topology: Topology) -> list[str]:
    own = ["(import ./packages)"] if topology.composition.packages_from else []
    brought = (o for _, brings in topology.brought for o in brings.overlays)
    of_sets = [used.overlay.strip("\n") for used in topology.package_sets if used.overlay]
    return list(dict.fromkeys([*of_sets, *brought, *own]))


def _role(role: Role, topology: Topology, modules: Sequence[str]) -> dict[str, Any]:
    parts = [part for part in topology.parts[role.name] if not part.hidden]
    return {
        "name": role.name,
        "count": role.count,
        "hosts": host_names(role),
        "hosts_text": boxes.shortened(host_names(role)),
        "parts": parts,
        "modules": modules,
        "takes_hosts": False,
        "packages": role.packages,
        "memory": topology.memory(role),
        "hardware": list(dict.fromkeys(text for part in parts for text in part.hardware)),
    }


def _box(box: boxes.Box, topology: Topology) -> dict[str, str]:
    label = ": ".join(filter(None, [boxes.title(box), ", ".join(boxes.parts(box, topology))]))
    return {"name": box[0].name, "label": label}


def _variant(name: str, variant: Variant, topology: Topology) -> dict[str, Any]:
    """Return a variant as setup.toml spells it: options of nix, numbers of hosts, sources."""
    overrides = [
        f"--override-input {pin} {pin_url(topology.inputs[pin], ref)}"
        for pin, ref in variant.pins.items()
    ]
    return {
        "name": name,
        "nix_flags": " ".join(overrides),
        "counts": variant.counts,
        "hosts": len(grown(topology, variant.counts).hosts),
        "differs": differences(variant),
        "sources": [
            _package_source(f"{name}.{path}.{package}", source)
            for where, path in setup_tables(topology.catalog).items()
            for package, source in variant.sources.get(where, {}).items()
        ],
    }


def _package_source(path: str, source: PackageSource) -> dict[str, Any]:
    """Return a source as a table of setup.toml: the fetcher of nixpkgs and its arguments."""
    from scaffold.sources.addresses import parse_source  # it loads all about sources

    found = parse_source(source.origin)
    rev = {"rev": found.ref} if found.by_ref else {}
    return {
        "path": f"{path}.src.{found.fetcher}",
        "known": bool(source.hash),
        "arguments": {**found.attributes, **rev, "hash": source.hash or FAKE_HASH},
    }


def _credentials(topology: Topology) -> Iterator[str]:
    """Describe the throw-away secrets that the composition has with these answers."""
    for name in dict.fromkeys(part.service for part in topology.used_parts):
        values = topology.service_options(name)
        for credential in topology.catalog.services[name].credentials:
            if isinstance(credential, str):
                yield credential
            elif all(values.get(key) == value for key, value in credential.when.items()):
                yield credential.text


def _seen(topology: Topology) -> Iterator[dict[str, str]]:
    """Say of each used service what was seen of it, and what more there is to know."""
    for service in topology.used_services:
        line = service_evidence(service.name, topology.catalog) if service.test else ""
        for text in filter(None, [line, *service.evidence]):
            yield {"title": service.title, "text": text}


def conditions(topology: Topology) -> dict[str, bool]:
    """Return what decides whether an optional file is there; see composition/files.toml."""
    composition = topology.composition
    flavours = [topology.catalog.flavours[f] for f in composition.flavours]
    return {
        **dict.fromkeys(topology.catalog.package_sets, False),
        **dict.fromkeys((used.name for used in topology.package_sets), True),
        **{extra: extra in composition.extras for extra in topology.catalog.extras},
        "kernel": any(setting.packages or setting.settings for setting in topology.kernel),
        "secrets": bool(topology.secrets),
        "setup": "setup" in composition.extras or any(k.params for k in topology.kernel),
        "grid5000": any(f.grid5000 for f in flavours),
        "containers": any(f.container for f in flavours),
    }
