"""The names that templates see, computed from a composition.

The skeleton sees ``cookiecutter``; the templates of services see these names directly. A service
template also gets ``options`` (its part's values on the role), ``service`` (its service's values)
and ``role``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from scaffold import __version__
from scaffold.base.names import SYSTEM, is_commit
from scaffold.catalogue.evidence import service_evidence
from scaffold.catalogue.inputs import Pin
from scaffold.catalogue.package_sets import setup_tables
from scaffold.catalogue.services import Secret
from scaffold.composition.hosts import host_names, nix_range
from scaffold.composition.model import Module, PackageSource, Role, Variant
from scaffold.composition.requirements import Requirements
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.composition.variants import differences, grown
from scaffold.diagram import role_groups
from scaffold.nixlang import quote

#: A hash that is none: nix refuses it, and tells the real one.
FAKE_HASH = f"sha256-{'A' * 43}="


def pin_url(pin: Pin, ref: str) -> str:
    """Return a flake reference with a ref; 40 hexadecimal digits are a revision."""
    if pin.style == "path":
        return f"{pin.url}/{ref}"
    separator = "&" if "?" in pin.url else "?"
    return f"{pin.url}{separator}{'rev' if is_commit(ref) else 'ref'}={ref}"


def composition_names(topology: Topology) -> dict[str, object]:
    """Return the names that the templates of services see, and the test script."""
    composition, project = topology.composition, topology.project
    return {
        "name": composition.name,
        "description": composition.description,
        "release": topology.release,
        "tool_version": __version__,
        "system": SYSTEM,
        "all_roles": composition.roles,
        "all_hosts": topology.hosts,
        "flavours": [topology.catalog.flavours[f] for f in project.flavours],
        "default_flavour": project.default_flavour,
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
        "secrets": _secrets(topology.secrets),
    }


def _secrets(found: Iterable[tuple[Secret, list[str]]]) -> list[dict[str, object]]:
    return [{"path": s.path, "target": s.target, "hosts": hosts} for s, hosts in found]


def role_names(
    topology: Topology, modules: Mapping[str, Sequence[str]], takes_hosts: Callable[[Role], bool]
) -> dict[str, object]:
    """Return what the skeleton sees of a composition, besides ``composition_names``.

    ``modules`` maps a role to the paths of the module files that it imports, ``takes_hosts`` says
    whether one of them may have the argument ``hosts``.
    """
    drawn = role_groups.links(topology).items()
    used = {a for role in topology.composition.roles for m in role.modules for a in m.arguments}
    arguments = sorted(used | ({"setup"} if topology.setup_counts else set()))
    return {
        "arguments_of_roles": arguments,
        "roles": [
            {**_role(role, topology, modules[role.name]), "takes_hosts": takes_hosts(role)}
            for role in topology.composition.roles
        ],
        "role_groups": [_role_group(group, topology) for group in role_groups.groups_of(topology)],
        "links": [{"source": a, "target": b, "parts": parts} for (a, b), parts in drawn],
    }


def project_names(
    whole: ProjectTopology,
    compositions: Sequence[Mapping[str, object]],
    conditions: Mapping[str, bool],
) -> dict[str, object]:
    """Return the ``cookiecutter`` namespace of the skeleton.

    ``compositions`` holds the names of each composition. Templates read the names of a single one
    directly, and those of several from the list ``compositions``.
    """
    project = whole.project
    shared = {
        "name": project.name,
        "description": project.description,
        "release": whole.release,
        "tool_version": __version__,
        "system": SYSTEM,
        "flavours": [whole.catalog.flavours[f] for f in project.flavours],
        "default_flavour": project.default_flavour,
        "at_least": whole.at_least,
        "secrets": _secrets(whole.secrets),
        "inputs": [_input(name, whole) for name in whole.inputs],
        "overlays": _overlays(whole),
        "arguments": list(
            dict.fromkeys(argument for used in whole.package_sets for argument in used.arguments)
        ),
        "extra_configurations": _extra_configurations(whole, kernel=conditions["kernel"]),
        "kernel": whole.kernel,
        "kernel_params": list(dict.fromkeys(p for k in whole.kernel for p in k.params)),
        "has": conditions,
        "extras": project.extras,
        "services": whole.used_services,
        "seen": list(_seen(whole)),
        "credentials": list(
            dict.fromkeys(text for topology in whole.each for text in _credentials(topology))
        ),
        "private": whole.private,
        "memory": max(
            (topology.memory(role) for topology in whole.each for role in topology.roles.values()),
            default=0,
        ),
        "pinned": dict(project.pins),
        "own_packages": sorted(project.packages_from),
        "variants": [_variant(n, v, whole) for n, v in project.variants.items()],
    }
    if project.several:
        counts = {"setup_counts": False, "replicated": {}}
        return {**shared, **counts, "compositions": compositions, "main": project.main.name}
    return {**compositions[0], **shared, "compositions": [], "main": "composition"}


def _shares(found: Iterable[tuple[Role, str]]) -> list[dict[str, object]]:
    return [{"role": role, "host": host_names(role)[0], "path": path} for role, path in found]


def _input(name: str, whole: Requirements) -> dict[str, object]:
    pin = whole.inputs[name]
    replaced = {} if name == "nixpkgs" else pin.replaced
    return {
        "name": name,
        "url": pin_url(pin, whole.ref(name)),
        "ref": whole.ref(name),
        "follows": {
            brought: other
            for brought, other in replaced.items()
            if other.split("/")[0] in whole.inputs
        },
        "flake": pin.flake,
    }


def _extra_configurations(whole: Requirements, *, kernel: bool) -> list[quote.NixRaw]:
    """Modules for every host and for the base image that kernel and initrd come from."""
    of_sets = [
        used.module_expression(quote.nix_attr(name))
        for used in whole.package_sets
        for name in used.modules
    ]
    brought = [module for _, brings in whole.brought for module in brings.modules]
    base = ["./base.nix"] if kernel else []
    return [quote.nix_raw(text) for text in dict.fromkeys([*of_sets, *brought, *base])]


def _overlays(whole: Requirements) -> list[str]:
    carried_packages = ["(import ./packages)"] if whole.project.packages_from else []
    brought = (o for _, brings in whole.brought for o in brings.overlays)
    of_sets = [used.overlay.strip("\n") for used in whole.package_sets if used.overlay]
    return list(dict.fromkeys([*of_sets, *brought, *carried_packages]))


def _role(role: Role, topology: Topology, modules: Sequence[str]) -> dict[str, object]:
    parts = [part for part in topology.parts[role.name] if not part.hidden]
    return {
        "name": role.name,
        "count": role.count,
        "hosts": host_names(role),
        "hosts_text": role_groups.shortened(host_names(role)),
        "parts": parts,
        "modules": modules,
        "imports": _imports(modules, role.modules),
        "docker_ports": role.docker_ports,
        "packages": role.packages,
        "memory": topology.memory(role),
        "hardware": list(dict.fromkeys(text for part in parts for text in part.hardware)),
    }


def _imports(modules: Sequence[str], files: Sequence[Module]) -> str:
    """Return the list of a role's ``imports``, laid out as nixfmt does; empty when there is none.

    A file of the user's own that wants arguments of the composition is imported with them.
    """
    found: list[quote.NixRaw] = [quote.nix_path(file) for file in modules]
    for module in files:
        path, names = quote.nix_path(module.file), " ".join(module.arguments)
        line = f"(import {path} {{ inherit {names}; }})"
        if not module.arguments:
            line = path
        elif len(module.arguments) > 3:  # nixfmt gives each a line
            rows = "".join(f"\n            {name}" for name in module.arguments)
            line = f"(import {path} {{\n          inherit{rows}\n            ;\n        }})"
        elif len(line) > 100:
            line = f"(import {path} {{\n          inherit {names};\n        }})"
        found.append(quote.nix_raw(line))
    if any("\n" in line for line in found):
        return "\n        ".join(["[", *found]) + "\n      ]"
    return quote.nix_value(found, 6, used=len("imports = ")) if found else ""


def _role_group(group: role_groups.RoleGroup, topology: Topology) -> dict[str, str]:
    parts = ", ".join(role_groups.parts(group, topology))
    label = ": ".join(filter(None, [role_groups.title(group), parts]))
    return {"name": group[0].name, "label": label}


def _variant(name: str, variant: Variant, whole: ProjectTopology) -> dict[str, object]:
    """Return a variant as setup.toml spells it: options of nix, numbers of hosts, sources."""
    overrides = [
        f"--override-input {pin} {pin_url(whole.inputs[pin], ref)}"
        for pin, ref in variant.pins.items()
    ]
    return {
        "name": name,
        "nix_flags": " ".join(overrides),
        "counts": variant.counts,
        "hosts": len(grown(whole.main, variant.counts).hosts),
        "differs": differences(variant),
        "sources": [
            _package_source(f"{name}.{path}.{package}", source)
            for where, path in setup_tables(whole.catalog).items()
            for package, source in variant.sources.get(where, {}).items()
        ],
    }


def _package_source(path: str, source: PackageSource) -> dict[str, object]:
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


def _seen(whole: Requirements) -> Iterator[dict[str, str]]:
    """Say of each used service what was seen of it, and what more there is to know."""
    for service in whole.used_services:
        line = service_evidence(service.name, whole.catalog) if service.test else ""
        for text in filter(None, [line, *service.evidence]):
            yield {"title": service.title, "text": text}


def conditions(whole: ProjectTopology) -> dict[str, bool]:
    """Return what decides whether an optional file is there; see composition/files.toml."""
    project = whole.project
    flavours = [whole.catalog.flavours[f] for f in project.flavours]
    return {
        **dict.fromkeys(whole.catalog.package_sets, False),
        **dict.fromkeys((used.name for used in whole.package_sets), True),
        **{extra: extra in project.extras for extra in whole.catalog.extras},
        "kernel": any(setting.packages or setting.settings for setting in whole.kernel),
        "secrets": bool(whole.secrets),
        "setup": "setup" in project.extras or any(k.params for k in whole.kernel),
        "grid5000": any(f.grid5000 for f in flavours),
        "containers": any(f.container for f in flavours),
    }
