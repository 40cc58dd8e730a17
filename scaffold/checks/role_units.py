"""Which systemd units hosts have, as far as the options of their roles tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from scaffold.catalogue.marks import match
from scaffold.catalogue.reading import load_catalog
from scaffold.survey.views import Option, RoleOptions

SUFFIX = re.compile(r"\.(service|socket|target|mount|timer|path|slice|device|swap|automount)$")

#: Units of services that a role only has when it enables them: the option that does.
ENABLED_BY = {
    "nginx.service": "services.nginx.enable",
    "httpd.service": "services.httpd.enable",
    "postgresql.service": "services.postgresql.enable",
    "mysql.service": "services.mysql.enable",
    "k3s.service": "services.k3s.enable",
    "docker.service": "virtualisation.docker.enable",
    "nfs-server.service": "services.nfs.server.enable",
    "munged.service": "services.munge.enable",
    "slurmctld.service": "services.slurm.server.enable",
    "slurmd.service": "services.slurm.client.enable",
    "slurmdbd.service": "services.slurm.dbdserver.enable",
    "oar-server.service": "services.oar.server.enable",
    "oar-node.service": "services.oar.node.enable",
    "oardb-init.service": "services.oar.dbserver.enable",
    "prometheus.service": "services.prometheus.enable",
    "grafana.service": "services.grafana.enable",
    "redis.service": "services.redis.enable",
    "opensearch.service": "services.opensearch.enable",
    "rabbitmq.service": "services.rabbitmq.enable",
    "elasticsearch.service": "services.elasticsearch.enable",
    "influxdb.service": "services.influxdb.enable",
    "cigri-server.service": "services.cigri.server.enable",
}
#: Options that enable another of these as a part of themselves.
_IMPLIED = {
    "services.munge.enable": ("services.slurm",),
    "services.postgresql.enable": ("services.oar.dbserver", "services.cigri.dbserver"),
    "services.mysql.enable": ("services.ear", "services.slurm.dbdserver"),
    "services.nginx.enable": ("services.oar.web", "services.oar.client", "services.cigri"),
}
#: Units of every host that scripts wait for or restart.
_EVERYWHERE = frozenset(
    {"basic.target", "dbus.service", "default.target", "dhcpcd.service", "firewall.service",
     "graphical.target", "local-fs.target", "multi-user.target", "network-online.target",
     "network.target", "nix-daemon.service", "nscd.service", "remote-fs.target", "sockets.target",
     "sshd.service", "sysinit.target", "time-sync.target", "timers.target"}
)  # fmt: skip
#: Kinds of units that roles declare below ``systemd``, and the suffix of each.
_KINDS = {
    "services": "service", "sockets": "socket", "targets": "target", "timers": "timer",
    "paths": "path", "slices": "slice",
}  # fmt: skip


def full_name(unit: str) -> str:
    """Return a unit's full name: without a suffix it is a service; an instance is its template."""
    whole = unit if SUFFIX.search(unit) else f"{unit}.service"
    return re.sub(r"@[^.]*\.", "@.", whole)


def enables(option: str, names: Collection[str]) -> bool:
    """Say whether roles that set ``names`` may have what an option enables."""
    implied = _IMPLIED.get(option, ())
    return option in names or any(name.startswith(implied) for name in names if implied)


def units_of(roles: Iterable[RoleOptions]) -> frozenset[str]:
    """Return the units that are known of some roles; their services may have more."""
    found = set(_EVERYWHERE)
    parts = [
        part for service in load_catalog().services.values() for part in service.parts.values()
    ]
    for role in roles:
        found |= {unit for option in role.options for unit in _declared(option)}
        for part in parts:
            if any(match(mark, role.options) is not None for mark in part.recognised_by):
                found |= {full_name(unit) for unit in part.units}
        names = {option.name for option in role.options if option.value is not False}
        found |= {unit for unit, option in ENABLED_BY.items() if enables(option, names)}
    return frozenset(found)


def known_units() -> frozenset[str]:
    """Return every unit that is known of any service."""
    parts = (
        part for service in load_catalog().services.values() for part in service.parts.values()
    )
    return frozenset({*ENABLED_BY, *(full_name(unit) for part in parts for unit in part.units)})


def _declared(option: Option) -> Iterable[str]:
    if option.path[:1] != ("systemd",) or len(option.path) < 3:
        return
    suffix = _KINDS.get(option.path[1])
    if suffix is not None:
        yield full_name(f"{option.path[2]}.{suffix}")
