"""Keys that a composition does not have, or has in another place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.values import did_you_mean
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target

#: What generate_one_composition_info.nix and the flavours read; all else is silently ignored.
KEYS = frozenset(
    {"dockerPorts", "extraVolumes", "nspawnPorts", "roles", "rolesDistribution", "testScript"}
)


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
    for path, view in target.views():
        for key in sorted(set(view.keys) - KEYS - {"nodes"}):
            remedy = did_you_mean(key, KEYS, "")
            message = f"{key} on the top level is silently ignored"
            yield target.hit_at(view.places.get(key), path, message, remedy)


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
    for path, view in target.views():
        for role in view.roles.keys() & KEYS:
            message = f"{role} stands inside roles, where it is lost"
            yield target.hit_at(view.places.get(f"roles.{role}"), path, message)


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
    for path, view in target.views():
        for name in view.docker_ports:
            if name not in view.roles and name not in view.hosts:
                remedy = did_you_mean(name, view.roles, "")
                message = f"dockerPorts.{name} is no role"
                yield target.hit_at(view.places.get("dockerPorts"), path, message, remedy)


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
    for path, view in target.views():
        file = target.session.nix(path)
        for node in file.nodes if file is not None else ():
            for binding in node.bindings if node.kind == "let" else ():
                name = binding.path[0] if binding.path else None
                if name not in KEYS - {"roles"} or name in view.keys or file is None:
                    continue
                if len(re.findall(rf"\b{name}\b", file.text)) == 1:
                    message = f"{name} stands in a let, and nothing reads it there"
                    yield target.hit(file, binding.start, message)
