"""What a composition gives when it is called: roles, their number, their names, its keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scaffold.base.names import DRIVER_NAMES, PYTHON_NAMES, closest
from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.stub import View

#: What generate_one_composition_info.nix and the flavours read; all else is silently ignored.
KEYS = frozenset(
    {"dockerPorts", "extraVolumes", "nspawnPorts", "roles", "rolesDistribution", "testScript"}
)
#: From then on a role, and a composition, may be a set: NixOS Compose 0.7.9.
_SETS_NOT_BEFORE = date(2025, 5, 1)
_SETS_SURELY_BEFORE = date(2026, 3, 1)
_PYTHON_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBERED = re.compile(r"(.*[^0-9])([1-9][0-9]*)")


def _each(target: Target) -> Iterator[tuple[Path, View]]:
    yield from target.views()


def _at(target: Target, view: View, key: str, path: Path, message: str, remedy: str = "") -> Hit:
    return target.hit_at(view.places.get(key), path, message, remedy)


@rule(
    "NXC401",
    "composition-fails",
    "a composition cannot be called",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="NixOS Compose calls it with pkgs, lib, system, modulesPath, helpers, flavour, setup and "
    "nur; a function without `...` takes no others than it names.",
    remedy="Mend the place it names",
    bad="{ pkgs }: { roles = { }; }",
    good="{ pkgs, ... }: { roles = { }; }",
    sure="Only failures that no stand-in can cause are told",
    repeats=("NXC001", "NXC003", "NXC010", "NXC011"),
)
def composition_fails(target: Target) -> Iterator[Hit]:
    """Call every composition with stand-ins."""
    for called in target.called:
        for name, failure in called.failures.items():
            if not failure.is_defect:
                continue
            path = target.file_of(name, called)
            if failure.file is not None:
                yield Hit(target.root / failure.file, failure.line, failure.message)
            else:
                yield Hit(path, None, failure.message)


@rule(
    "NXC402",
    "distribution-role",
    "rolesDistribution names a role that there is not",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The key is silently ignored: the hosts that it asks for are never made.",
    remedy="Name a role, or remove the line",
    bad="roles.node = …;\nrolesDistribution = { nodes = 2; };",
    good="roles.node = …;\nrolesDistribution = { node = 2; };",
)
def distribution_role(target: Target) -> Iterator[Hit]:
    """Compare the keys with the roles."""
    for path, view in _each(target):
        for role in view.distribution.keys() - view.roles.keys():
            near = closest(role, view.roles)
            remedy = f"Did you mean {near}" if near else ""
            message = f"rolesDistribution.{role} is no role and is silently ignored"
            yield _at(target, view, f"rolesDistribution.{role}", path, message, remedy)


@rule(
    "NXC403",
    "role-is-a-set",
    "a role or composition is no function",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="docker and nspawn of NixOS Compose before 0.7.9 call every role, and the composition, as "
    "a function. Newer ones take a set too.",
    remedy="Put { ... }: in front of the set",
    bad="roles.node = { services.x.enable = true; };",
    good="roles.node = { ... }: { services.x.enable = true; };",
    since="NixOS Compose before 0.7.9",
)
def role_is_a_set(target: Target) -> Iterator[Hit]:
    """Look at the kinds, when the locked library is surely older."""
    if target.nxc_since(_SETS_NOT_BEFORE) is not False:
        return
    for path, view in _each(target):
        if not view.is_function:
            message = "the composition is a set, and the locked NixOS Compose calls it on docker"
            yield Hit(path, None, message)
        for role, kind in view.roles.items():
            if kind == "set":
                message = f"role {role} is a set, and the locked NixOS Compose calls it on docker"
                yield _at(target, view, f"roles.{role}", path, message)


@rule(
    "NXC404",
    "nodes",
    "roles are called nodes",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="`nodes` is the old name; it works in every version so far.",
    remedy="Rename it to roles",
    bad="nodes = { server = …; };",
    good="roles = { server = …; };",
    fixable=True,
)
def nodes(target: Target) -> Iterator[Hit]:
    """Look at the keys."""
    for path, view in _each(target):
        if "nodes" not in view.keys or "roles" in view.keys:
            continue
        hit = _at(target, view, "nodes", path, "nodes is the old name of roles")
        yield Hit(hit.path, hit.line, hit.message, hit.column, edits=_renamed(target, hit))


def _renamed(target: Target, hit: Hit) -> tuple[Edit, ...]:
    """Return the edit of `nodes` at the place of a finding, where that word stands there."""
    text = target.session.text(hit.path)
    if text is None or hit.line is None or hit.column is None:
        return ()
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: hit.line - 1]) + hit.column - 1
    if not re.match(r"nodes\b(?!\s*\.)\s*=", text[start : start + 40]) or re.search(
        r"\bself\.nodes\b|\bnodes\.", text
    ):
        return ()
    return (Edit(hit.path, start, start + len("nodes"), "roles"),)


@rule(
    "NXC405",
    "role-name",
    "a role has a name that its hosts or the test script cannot have",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="A role's name becomes a host name and a variable of the test script. The driver has "
    "names of its own, which such a role would replace.",
    remedy="Use letters and digits, a letter first, and no name of Python or of the driver",
    bad="roles.oar-server = …;",
    good="roles.server = …;",
)
def role_name(target: Target) -> Iterator[Hit]:
    """Compare the names of roles with those of Python and of the driver."""
    for path, view in _each(target):
        for role in view.roles:
            if role in KEYS:
                continue
            problem = ""
            if not _PYTHON_NAME.fullmatch(role):
                problem = "is no name of a variable of the test script"
            elif role in DRIVER_NAMES:
                problem = "is a name of the driver"
            elif role in PYTHON_NAMES:
                problem = "is a name of Python"
            if problem:
                message = f"role {role} {problem}"
                yield _at(target, view, f"roles.{role}", path, message)


@rule(
    "NXC406",
    "numbered-roles",
    "roles are numbered by hand",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="One role with a count says the same once, and setup.toml can change the count.",
    remedy="Write one role, and rolesDistribution.<role> = 2;",
    bad="roles.node1 = …;\nroles.node2 = …;",
    good="roles.node = …;\nrolesDistribution.node = 2;",
)
def numbered_roles(target: Target) -> Iterator[Hit]:
    """Look for roles that differ in their number only."""
    for path, view in _each(target):
        numbered: dict[str, list[str]] = {}
        for role in view.roles:
            if match := _NUMBERED.fullmatch(role):
                numbered.setdefault(match[1], []).append(role)
        for base, roles in numbered.items():
            if len(roles) > 1:
                message = f"{', '.join(roles[:3])}{' …' if len(roles) > 3 else ''} are one {base}"
                yield _at(target, view, f"roles.{roles[0]}", path, message)


@rule(
    "NXC407",
    "composition-key",
    "a key of the composition is ignored",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="NixOS Compose reads roles, rolesDistribution, testScript, dockerPorts, extraVolumes and "
    "nspawnPorts, and silently ignores everything else.",
    remedy="Put it into a role, or remove it",
    bad='roles = …;\ndockerPort.web = [ "8080:80" ];',
    good='roles = …;\ndockerPorts.web = [ "8080:80" ];',
)
def composition_key(target: Target) -> Iterator[Hit]:
    """Compare the keys of the top level."""
    for path, view in _each(target):
        for key in sorted(set(view.keys) - KEYS - {"nodes"}):
            near = closest(key, KEYS)
            remedy = f"Did you mean {near}" if near else ""
            message = f"{key} on the top level is silently ignored"
            yield _at(target, view, key, path, message, remedy)


@rule(
    "NXC408",
    "distribution-value",
    "rolesDistribution has a value that makes no hosts",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="A role has a number of hosts from one on, or a list of their names.",
    remedy="Give a number of hosts from 1 on, or a list of their names",
    bad='rolesDistribution.node = "2";',
    good="rolesDistribution.node = 2;",
)
def distribution_value(target: Target) -> Iterator[Hit]:
    """Look at the values."""
    for path, view in _each(target):
        for role, given in view.distribution.items():
            if role not in view.roles:
                continue
            key = f"rolesDistribution.{role}"
            if isinstance(given, str):
                yield _at(target, view, key, path, f"{key} is a {given}")
            elif isinstance(given, int) and given < 1:
                yield _at(target, view, key, path, f"{key} = {given} makes no host")


@rule(
    "NXC409",
    "one-host",
    "a count of one names the host differently on docker",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="rolesDistribution.web = 1 makes the host web1 on vm and Grid'5000, and web on docker: "
    "other hosts and the test script can only name one of the two.",
    remedy="Remove the line, or give a list with the name of the host",
    bad="rolesDistribution.web = 1;",
    good='rolesDistribution.web = [ "web" ];',
)
def one_host(target: Target) -> Iterator[Hit]:
    """Look for a one."""
    for path, view in _each(target):
        for role, given in view.distribution.items():
            if given == 1 and role in view.roles:
                message = f"rolesDistribution.{role} = 1 is {role}1 on vm and {role} on docker"
                yield _at(target, view, f"rolesDistribution.{role}", path, message)


@rule(
    "NXC410",
    "no-roles",
    "a composition has no roles",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="There is nothing to build.",
    remedy="Add roles = { … };",
    bad='{ pkgs, ... }: { testScript = ""; }',
    good="{ pkgs, ... }: { roles.server = { ... }: { }; }",
)
def no_roles(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for path, view in _each(target):
        if not {"roles", "nodes"} & set(view.keys):
            yield Hit(path, None, "the composition has no roles")


@rule(
    "NXC411",
    "key-in-roles",
    "a key of the composition stands inside roles",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="There it is taken for a role.",
    remedy="Move it to the top level",
    bad='roles = { web = …; dockerPorts.web = [ "8080:80" ]; };',
    good='roles = { web = …; };\ndockerPorts.web = [ "8080:80" ];',
)
def key_in_roles(target: Target) -> Iterator[Hit]:
    """Look for the names among the roles."""
    for path, view in _each(target):
        for role in view.roles.keys() & KEYS:
            message = f"{role} stands inside roles, where it is lost"
            yield _at(target, view, f"roles.{role}", path, message)


@rule(
    "NXC412",
    "docker-ports-role",
    "dockerPorts names a role that there is not",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="The ports are published for no container.",
    remedy="Name a role",
    bad='roles.web = …;\ndockerPorts.website = [ "8080:80" ];',
    good='roles.web = …;\ndockerPorts.web = [ "8080:80" ];',
)
def docker_ports_role(target: Target) -> Iterator[Hit]:
    """Compare the keys with roles and hosts."""
    for path, view in _each(target):
        for name in view.docker_ports:
            if name not in view.roles and name not in view.hosts:
                near = closest(name, view.roles)
                remedy = f"Did you mean {near}" if near else ""
                message = f"dockerPorts.{name} is no role"
                yield _at(target, view, "dockerPorts", path, message, remedy)


def _hosts_on(target: Target, flavour: str) -> Iterator[tuple[Path, View]]:
    """Yield the compositions that offer a flavour, as that flavour sees them."""
    for called in target.called:
        if called.call is not None and called.call.flavours is None:
            continue
        for name, views in called.views.items():
            if flavour in views:
                yield target.file_of(name, called), views[flavour]


def _told_to_people(target: Target) -> list[Path]:
    """Return the files that say how a project is run."""
    suffixes = (".md", ".sh", ".txt", ".org")
    names = ("justfile", "Makefile", ".gitlab-ci.yml")
    return [p for p in target.files if p.suffix in suffixes or p.name in names]


@rule(
    "NXC413",
    "more-than-four-hosts",
    "a test of more than four hosts on vm ends in an exception",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="`nxc start` with a test and more than four hosts serves the images by HTTP, for vm too, "
    "where it never starts the server that it stops at the end. The test has run by then. A "
    "project whose README, justfile or scripts run the test by `nxc driver` is not told.",
    remedy="Start without a test and run it by nxc driver -t",
    since="NixOS Compose 0.7.11",
    sure="Read in the client (actions.py, cmd_start.py), and told by users",
)
def more_than_four_hosts(target: Target) -> Iterator[Hit]:
    """Count the hosts on vm."""
    if any("nxc driver" in (target.session.text(path) or "") for path in _told_to_people(target)):
        return
    for path, view in _hosts_on(target, "vm"):
        if len(view.hosts) > 4 and view.test_script:
            message = f"{len(view.hosts)} hosts on vm: nxc start with the test fails at its end"
            yield _at(target, view, "rolesDistribution", path, message)


@rule(
    "NXC414",
    "hosts-eight-and-nine",
    "hosts 8 and 9 do not start on vm",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="NixOS Compose up to 23.05 pads the number of a host to two digits, and the script that "
    "starts QEMU reads 08 and 09 as octal numbers.",
    remedy="Use at most seven hosts on vm, or a newer NixOS Compose",
    since="NixOS Compose up to 23.05",
)
def hosts_eight_and_nine(target: Target) -> Iterator[Hit]:
    """Count the hosts on vm, when the locked library is that old."""
    if target.nxc_since(date(2023, 12, 1)) is not False:
        return
    for path, view in _hosts_on(target, "vm"):
        if len(view.hosts) >= 8:
            message = f"{len(view.hosts)} hosts: those numbered 8 and 9 do not start on vm"
            yield _at(target, view, "rolesDistribution", path, message)


@rule(
    "NXC415",
    "key-in-let",
    "a key of the composition stands in a let, where it is lost",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="It has to stand beside roles. In a let it is a name that nothing uses.",
    remedy="Move it beside roles",
    bad='roles = let dockerPorts.web = [ "80:80" ]; in { … };',
    good='dockerPorts.web = [ "80:80" ];\nroles = { … };',
)
def key_in_let(target: Target) -> Iterator[Hit]:
    """Look for lets of the composition's file that bind such a name and do not use it."""
    for path, view in _each(target):
        file = target.session.nix(path)
        for node in file.nodes if file is not None else ():
            for binding in node.bindings if node.kind == "let" else ():
                name = binding.path[0] if binding.path else None
                if name not in KEYS - {"roles"} or name in view.keys or file is None:
                    continue
                if len(re.findall(rf"\b{name}\b", file.text)) == 1:
                    message = f"{name} stands in a let, and nothing reads it there"
                    yield target.hit(file, binding.start, message)
