"""Units that scripts wait for and no role has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from scaffold.checks import script_faults
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.scripts import Script
from scaffold.checks.target import Target

_SUFFIX = re.compile(r"\.(service|socket|target|mount|timer|path|slice|device|swap|automount)$")


#: Units of services that a role only has when it enables them: the option that does.
_UNITS = {
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


@rule(
    "NXC508",
    "unit-of-nothing",
    "a test script waits for a unit that no role enables",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="The wait ends after a quarter of an hour, with a failure.",
    remedy="Enable the service on the role, or wait for a unit that it has",
    bad='web.wait_for_unit("nginx.service")  # and no services.nginx.enable',
    good="services.nginx.enable = true;",
    sure="Only units of services that are known are told, on roles that could be read whole",
)
def unit_of_nothing(target: Target) -> Iterator[Hit]:
    """Compare the units that are waited for with what the roles of the hosts set."""
    for called in target.reader.deeply:
        for name, roles in called.options.items():
            whole = all(not role.failure for role in roles.values())
            opaque = {m for role in roles.values() for m in role.unknown if "kapack" not in m}
            extra = called.call is None or "extraConfigurations" in called.call.arguments
            if not whole or opaque or extra:
                continue
            names = {option.name for role in roles.values() for option in role.options}
            for script in target.scripts:
                if script.composition == name:
                    yield from _waits(script, names)


def _waits(script: Script, options: set[str]) -> Iterator[Hit]:
    tree = script_faults.tree_of(script.text)
    hosts = {host for names in script.hosts.values() for host in names}
    for method, call in script_faults.machine_calls(tree, hosts) if tree is not None else ():
        if method != "wait_for_unit" or not call.args:
            continue
        argument = call.args[0]
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            continue
        given = argument.value
        unit = given if _SUFFIX.search(given) else f"{given}.service"
        needed = _UNITS.get(str(PurePosixPath(unit)))
        if needed is None or needed in options:
            continue
        stem = unit.removesuffix(".service")
        implied = _IMPLIED.get(needed, ())
        if any(o.startswith((f"systemd.services.{stem}", *implied)) for o in options):
            continue
        message = f"no role sets {needed}, which makes {unit}"
        yield Hit(script.path, script.line(call.lineno), message)
