"""Test scripts: Python that the driver of NixOS Compose runs, with one variable for each host."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from scaffold.checks import script_faults
from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.target import Script, Target

_SUFFIX = re.compile(r"\.(service|socket|target|mount|timer|path|slice|device|swap|automount)$")


def _hits(script: Script, faults: Iterator[script_faults.Fault]) -> Iterator[Hit]:
    for line, message, remedy in faults:
        yield Hit(script.path, script.line(line), message, None, remedy)


@rule(
    "NXC501",
    "script-syntax",
    "a test script is no Python",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The driver runs the script as Python, after all hosts are up.",
    remedy="Mend the syntax",
    bad='server.succeed("true"',
    good='server.succeed("true")',
)
def script_syntax(target: Target) -> Iterator[Hit]:
    """Compile every script."""
    for script in target.scripts:
        yield from _hits(script, script_faults.syntax(script.text))


@rule(
    "NXC502",
    "blank-after-backslash",
    "a blank follows the backslash at the end of a line",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The backslash then continues neither a line of Python nor a command of the shell: the "
    "rest of the command is run as one of its own.",
    remedy="Remove the blank",
    bad='server.succeed("a \\ \nb")',
    good='server.succeed("a \\\nb")',
    fixable=True,
)
def blank_after_backslash(target: Target) -> Iterator[Hit]:
    """Look at the ends of the lines."""
    for script in target.scripts:
        text = target.session.text(script.path) or ""
        for line, message, remedy in script_faults.trailing_blanks(script.text):
            number = script.line(line)
            edits = _trimmed(script, text, number)
            yield Hit(script.path, number, message, None, remedy, None, edits)


def _trimmed(script: Script, text: str, number: int) -> tuple[Edit, ...]:
    """Return the edit that removes the blanks at the end of a line that ends in a backslash."""
    lines = text.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    kept = line.rstrip(" \t")
    if not kept.endswith("\\") or kept == line:
        return ()
    start = sum(len(other) + 1 for other in lines[: number - 1])
    return (Edit(script.path, start + len(kept), start + len(line), ""),)


@rule(
    "NXC503",
    "unknown-machine",
    "a test script names a machine that there is not",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The script ends with a NameError there. A role with a count has hosts with numbers "
    "(node1, node2); one without has a single host of its own name.",
    remedy="Name a host",
    bad='frontend.succeed("true")  # the role is called server',
    good='server.succeed("true")',
)
def unknown_machine(target: Target) -> Iterator[Hit]:
    """Look for names that are neither defined, nor a host, nor the driver's."""
    for script in target.scripts:
        yield from _hits(script, script_faults.unknown_names(script.text, script.hosts))


@rule(
    "NXC504",
    "unknown-method",
    "a test script calls what the driver does not have",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="Machines have the methods of nixos_compose/driver/machine.py, which are fewer than those "
    "of the tests of NixOS, and some take other arguments.",
    remedy="Call a method that there is, with its arguments",
    bad='server.wait_for_units("nginx.service")\nlog("done")',
    good='server.wait_for_unit("nginx.service")\nprint("done")',
    since="the driver of NixOS Compose 0.7.11",
)
def unknown_method(target: Target) -> Iterator[Hit]:
    """Compare the calls with the signatures of the driver."""
    for script in target.scripts:
        yield from _hits(script, script_faults.calls(script.text, script.hosts))


@rule(
    "NXC505",
    "proves-nothing",
    "a test script proves nothing",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="The test passes whatever the hosts do: an empty script, `true`, a body without a step.",
    remedy="Add a step that can fail: wait for a unit or a port, compare what a command prints",
    bad='server.succeed("true")',
    good='server.wait_for_unit("nginx.service")',
)
def proves_nothing(target: Target) -> Iterator[Hit]:
    """Look for steps that can fail, empty bodies and commands that always succeed."""
    for script in target.scripts:
        yield from _hits(script, script_faults.empty(script.text, script.hosts))


@rule(
    "NXC506",
    "no-test-script",
    "a composition has no test script",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="`nxc driver -t` has nothing to run, and nobody sees when the composition stops working.",
    remedy='Add testScript = "…";',
)
def no_test_script(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for path, view in target.views():
        if "testScript" not in view.keys:
            yield Hit(path, None, "the composition has no testScript")


@rule(
    "NXC507",
    "users-home",
    "a test script uses homes below /users that nobody makes",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="nxc.users puts homes into /home unless prefixHome says otherwise.",
    remedy='Set nxc.users.prefixHome = "/users";, or use /home',
    bad='nxc.users.names = [ "user1" ];\n# the script: ls /users/user1',
    good='nxc.users = { names = [ "user1" ]; prefixHome = "/users"; };',
)
def users_home(target: Target) -> Iterator[Hit]:
    """Look for the folder in the script, and for whatever makes it in the project's text."""
    if any(_makes_users(file.text) for file in target.nix_files):
        return
    for script in target.scripts:
        for number, line in enumerate(script.text.split("\n"), 1):
            found = re.search(r"(?<![\w/])/users/[\w.-]+", line)
            if found and not line.lstrip().startswith("#"):
                yield Hit(script.path, script.line(number), f"nothing makes {found[0]}")
                break


def _makes_users(text: str) -> bool:
    code = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    return (
        re.search(
            r'prefixHome|fileSystems\."/users"|\bhome\s*=\s*"/users|mkdir[^\n]*/users|sharedDirs\."/users'
            r'|"d /users|useradd[^\n]*/users|createHome|usersHome|ln -s[^\n]*/users',
            code,
        )
        is not None
    )


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
