"""Names of hosts, and lists of hosts as source text of the generated files.

A role with several hosts is replicated. Its number of hosts is told in one place: in
``composition.nix`` or, with the extra ``setup``, in ``setup.toml``. What lists its hosts refers to
the role, by ``hosts.ROLE`` in Nix and ``ROLE_hosts`` in the test script: it follows the number, and
reads the same for two hosts and for two hundred.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from scaffold.composition.model import Role
from scaffold.nixlang.values import nix_value

#: What NixOS Compose calls a composition with (nix/compose.nix of the wheel 0.7.11).
COMPOSITION_ARGUMENTS = (
    "flavour",
    "helpers",
    "lib",
    "modulesPath",
    "nur",
    "pkgs",
    "setup",
    "system",
)
PY_TUPLE_WIDTH = 60  # leaves room for the statement around it
#: The hosts of each replicated role.
Replicated = Mapping[str, Sequence[str]]
Run = tuple[str, str, int]


def host_names(role: Role) -> tuple[str, ...]:
    """Return the names of a role's hosts, the same on every flavour.

    Source: actions.py and flavours/docker.py of nixos-compose. A role without a distribution has
    one host of its own name; a distribution of N > 1 gives role1 … roleN. A distribution of 1 is
    the case on which flavours disagree (role1 or role), so generated compositions never state it:
    a role that is ``numbered`` gives a list of names.
    """
    if not role.replicated:
        return (role.name,)
    return tuple(f"{role.name}{index}" for index in range(1, role.count + 1))


def nix_range(role: Role, replicated: Replicated) -> str:
    """Return a role's hosts as Slurm writes lists of hosts, such as ``node[1-4]``.

    The text belongs into a Nix string: for a replicated role, the number is interpolated.
    """
    if not role.replicated:
        return role.name
    if role.name not in replicated:
        return f"{role.name}[1-{role.count}]"
    return f"{role.name}[1-${{toString (lib.length hosts.{role.name})}}]"


def _runs(names: Sequence[str], replicated: Replicated) -> Iterator[Run]:
    """Split names of hosts into single ones and replicated roles: all hosts of one, or all but one.

    Yields the name of a host and an empty text, or the first name of the run, the role and how
    many of the role's hosts stand before the run.
    """
    index = 0
    while index < len(names):
        role, number = names[index][:-1], names[index][-1:]
        hosts = replicated.get(role, ())
        skipped = {"1": 0, "2": 1}.get(number, len(hosts))  # a run begins with one of these two
        run = tuple(hosts[skipped:])
        if run and tuple(names[index : index + len(run)]) == run:
            yield names[index], role, skipped
            index += len(run)
        else:
            yield names[index], "", 0
            index += 1


def py_hosts(names: Sequence[str], replicated: Replicated, indent: int = 0) -> str:
    """Return a sequence of machines in a test script; a long one is wrapped.

    A - in a name of a host is a _ in that of its variable, as in the test driver of NixOS. Only a
    script that is not written has such a host: where the user keeps one of their own.

    Raises ValueError for what is no name: names are not quoted, they are code.
    """
    names = [name.replace("-", "_") for name in names]
    replicated = {
        role.replace("-", "_"): [host.replace("-", "_") for host in hosts]
        for role, hosts in replicated.items()
    }
    for name in names:
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no Python name")
    found = [
        f"*{role}_hosts{f'[{skipped}:]' if skipped else ''}" if role else name
        for name, role, skipped in _runs(names, replicated)
    ]
    if len(found) == 1 and found[0].startswith("*"):
        return found[0][1:]
    one_line = f"({', '.join(found)}{',' if len(found) == 1 else ''})"
    if len(one_line) <= PY_TUPLE_WIDTH:
        return one_line
    margin = " " * (indent + 4)
    body = textwrap.fill(
        ", ".join(found) + ",", 92, initial_indent=margin, subsequent_indent=margin
    )
    return f"(\n{body}\n{' ' * indent})"


def py_count(names: Sequence[str], replicated: Replicated) -> str:
    """Return how many hosts there are, as a Python expression."""
    runs = list(_runs(names, replicated))
    lengths = [f"len({role.replace('-', '_')}_hosts)" for _, role, _ in runs if role]
    fixed = sum(-skipped if role else 1 for _, role, skipped in runs)
    if not lengths:
        return str(fixed)
    rest = f" {'+' if fixed > 0 else '-'} {abs(fixed)}" if fixed else ""
    return " + ".join(lengths) + rest


def nix_hosts(names: Sequence[str], replicated: Replicated, indent: int = 0) -> str:
    """Return a list of the hosts of whole roles in Nix; replicated roles come from ``hosts``.

    The one host of any other role has the role's name, so a list of roles is all there is to say.
    """
    runs = list(_runs(names, replicated))
    if not any(role for _, role, _ in runs) or any(skipped for *_, skipped in runs):
        return nix_value(list(names), indent)
    roles = [role or name for name, role, _ in runs]
    if len(roles) == 1:
        return f"hosts.{roles[0]}"
    return f"lib.concatMap (role: hosts.${{role}} or [ role ]) {nix_value(roles, indent)}"
