"""The composition has the shape that NixOS Compose expects, on every chosen flavour.

``stub.nix`` calls it with stand-ins for nixpkgs, which takes milliseconds and no network. What is
compared was learnt from the library 0.7.11 and from compositions that were wrong in these ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scaffold.base.names import closest, in_short
from scaffold.checks.base import Finding, Result, Session, Subject, judged, not_checked, plural
from scaffold.system import nix
from scaffold.system.nix_errors import Failure, NixError

NAME = "composition"
STUB = Path(__file__).with_name("stub.nix")
#: What generate_one_composition_info.nix and the flavours read; all else is silently ignored.
KEYS = frozenset(
    {"dockerPorts", "extraVolumes", "nspawnPorts", "roles", "rolesDistribution", "testScript"}
)
View = Mapping[str, Any]


def check(session: Session) -> Result:
    """Call the composition for each flavour and compare what it returns with the answers."""
    subject = session.subject
    command = subject.command(["nix", "flake", "check"])
    if session.blocked:
        return not_checked(NAME, session.blocked, command)
    found: dict[Finding, None] = {}
    for flavour in subject.flavours:
        try:
            view = evaluate(subject, flavour)
        except NixError as error:
            if not error.failure.is_defect or _stub_is_too_small(error.failure):
                return not_checked(NAME, _reason(error.failure), command)
            return judged(NAME, [_broken(error.failure, subject)], "", command)
        session.views[flavour] = view
        found.update(dict.fromkeys(_problems(view, flavour, subject)))
    return judged(NAME, list(found), _detail(session), command)


def evaluate(subject: Subject, flavour: str) -> View:
    """Return what the composition says of itself on a flavour, see ``stub.nix``."""
    path = (subject.project / subject.composition).resolve()
    arguments = {"composition": str(path), "flavour": flavour}
    told = nix.eval_json(STUB, arguments, project=subject.project)
    view: View = msgspec.convert(told, dict[str, object])
    return view


def hosts_of(view: View, flavour: str) -> tuple[str, ...]:
    """Return the host names that the library makes (actions.py; flavours/docker.py for a one)."""
    hosts: list[str] = []
    for role in view["roles"]:
        given = view["distribution"].get(role)
        if isinstance(given, list):
            hosts += given
        elif not isinstance(given, int) or (given == 1 and flavour == "docker"):
            hosts.append(role)
        else:
            hosts += [f"{role}{index}" for index in range(1, given + 1)]
    return tuple(hosts)


def _detail(session: Session) -> str:
    """Return roles and hosts as the report shows them."""
    if not session.views:
        return "no flavour to call it for"
    flavour, view = next(iter(session.views.items()))
    hosts = hosts_of(view, flavour)
    counts = f"{plural(len(view['roles']), 'role')}, {plural(len(hosts), 'host')}"
    return f"{counts} on {flavour}: {' '.join(in_short(hosts))}"


def _stub_is_too_small(failure: Failure) -> bool:
    """Say whether the composition may only have asked for a part of nixpkgs that is not there."""
    return re.match(r"attribute '.*' missing", failure.message) is not None


def _reason(failure: Failure) -> str:
    """Say why nothing is known."""
    if _stub_is_too_small(failure):
        return f"it needs the real nixpkgs to be called ({failure.message.splitlines()[0]})"
    return failure.message


def _broken(failure: Failure, subject: Subject) -> Finding:
    """Return the finding for a composition that cannot be called at all."""
    file = failure.file if failure.file and not failure.file.startswith("/") else None
    where = file or str(subject.composition)
    return Finding(where, failure.line if file else None, failure.message, failure.remedy)


def _problems(view: View, flavour: str, subject: Subject) -> Iterator[Finding]:
    """Yield all that is wrong with what the composition returned."""
    for message, remedy in (
        *_shape(view),
        *_role_values(view),
        *_distribution(view),
        *_as_answered(view, flavour, subject),
    ):
        yield Finding(str(subject.composition), None, message, remedy)


def _shape(view: View) -> Iterator[tuple[str, str]]:
    """Compare the keys of the top level with those that the library reads."""
    if "roles" not in view["keys"] and "nodes" not in view["keys"]:
        yield "has no roles", "Add roles = { … };"
    for key in sorted(set(view["keys"]) - KEYS):
        if key == "nodes":
            yield "has nodes, the old name of roles", "Rename it to roles"
            continue
        near = closest(key, KEYS)
        remedy = f"Did you mean {near}" if near else "Put it into a role, or remove it"
        yield f"{key} on the top level is silently ignored", remedy


def _role_values(view: View) -> Iterator[tuple[str, str]]:
    """Look for roles that are no function, and for keys of the top level that slipped inside."""
    for role, kind in view["roles"].items():
        if role in KEYS:
            yield f"{role} stands inside roles, where it is lost", "Move it to the top level"
        elif kind != "lambda":
            yield (
                f"role {role} is a {kind}, and docker and nspawn call it as a function",
                f"Write {role} = {{ ... }}: {{ … }};",
            )


def _distribution(view: View) -> Iterator[tuple[str, str]]:
    """Look for keys of rolesDistribution that are no role, and for values that make no hosts."""
    for role, given in view["distribution"].items():
        if role not in view["roles"]:
            near = closest(role, view["roles"])
            remedy = f"Did you mean {near}" if near else "Remove it"
            yield f"rolesDistribution.{role} is no role and is silently ignored", remedy
        elif isinstance(given, str):
            yield (
                f"rolesDistribution.{role} is a {given}",
                "Give a number of hosts, or a list of their names",
            )
        elif given == 1:
            yield (
                f"rolesDistribution.{role} = 1 names the host {role}1 on vm and {role} on docker",
                f"Remove it, or give a list: [ {role!r} ]".replace("'", '"'),
            )
        elif isinstance(given, int) and given < 1:
            yield f"rolesDistribution.{role} = {given} makes no host", "Give a number from 1 on"


def _as_answered(view: View, flavour: str, subject: Subject) -> Iterator[tuple[str, str]]:
    """Compare roles, counts and host names with the answers, as far as these are known."""
    if subject.roles:
        for role in sorted(set(subject.roles) ^ set(view["roles"])):
            verb = "is missing from" if role in subject.roles else "is only in"
            yield f"role {role} {verb} the composition", "Make answers and composition agree"
    expected = subject.hosts.get(flavour)
    actual = hosts_of(view, flavour)
    if expected is not None and set(expected) != set(actual):
        yield (
            f"the hosts on {flavour} are {' '.join(actual)}, not {' '.join(expected)}",
            "Make rolesDistribution and the answers agree",
        )
    for role, count in subject.roles.items():
        given = view["distribution"].get(role, 1)
        number = len(given) if isinstance(given, list) else given
        if role in view["roles"] and isinstance(number, int) and number != count:
            yield (
                f"role {role} has {plural(number, 'host')}, not {count}",
                f"Set rolesDistribution.{role} = {count}",
            )
