"""Names of hosts, and lists of hosts as source text of the generated files.

With the extra ``setup``, the hosts of a replicated role are not known when files are generated:
``setup.toml`` tells their number at each build. What lists them then refers to the role, by
``hosts.ROLE`` in Nix and ``ROLE_hosts`` in the test script, and follows the number.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from scaffold.composition.model import Role
from scaffold.nixlang.values import nix_value

PY_TUPLE_WIDTH = 60  # leaves room for the statement around it
#: The hosts of each role whose number is told by setup.toml, as many as there are at least.
Counted = Mapping[str, Sequence[str]]
Run = tuple[str, str, int]


def host_names(role: Role) -> tuple[str, ...]:
    """Return the names of a role's hosts, the same on every flavour.

    Source: actions.py and flavours/docker.py of nixos-compose. A role without a distribution has
    one host of its own name; a distribution of N > 1 gives role1 … roleN. A distribution of 1 is
    the case on which flavours disagree (role1 or role), so generated compositions never state it.
    """
    if role.count == 1:
        return (role.name,)
    return tuple(f"{role.name}{index}" for index in range(1, role.count + 1))


def nix_range(role: Role, counted: Counted) -> str:
    """Return a role's hosts as Slurm writes lists of hosts, such as ``node[1-4]``.

    The text belongs into a Nix string: for a counted role, the number is interpolated.
    """
    if role.count == 1:
        return role.name
    last = f"${{toString (lib.length hosts.{role.name})}}" if role.name in counted else role.count
    return f"{role.name}[1-{last}]"


def _runs(names: Sequence[str], counted: Counted) -> Iterator[Run]:
    """Split names of hosts into single ones and counted roles: all of its hosts, or all but one.

    Yields the name of a host and an empty text, or the first name of the run, the role and how
    many of the role's hosts stand before the run.
    """
    index = 0
    while index < len(names):
        for role, hosts in counted.items():
            skipped = next((n for n in (0, 1) if _starts(names, index, hosts[n:])), None)
            if skipped is not None:
                yield names[index], role, skipped
                index += len(hosts) - skipped
                break
        else:
            yield names[index], "", 0
            index += 1


def _starts(names: Sequence[str], index: int, hosts: Sequence[str]) -> bool:
    return tuple(names[index : index + len(hosts)]) == tuple(hosts)


def py_hosts(names: Sequence[str], counted: Counted, indent: int = 0) -> str:
    """Return a sequence of machines in a test script; a long one is wrapped.

    Raises ValueError for what is no name: names are not quoted, they are code.
    """
    for name in names:
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no Python name")
    found = [
        f"*{role}_hosts{f'[{skipped}:]' if skipped else ''}" if role else name
        for name, role, skipped in _runs(names, counted)
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


def py_count(names: Sequence[str], counted: Counted) -> str:
    """Return how many hosts there are, as a Python expression."""
    runs = list(_runs(names, counted))
    lengths = [f"len({role}_hosts)" for _, role, _ in runs if role]
    fixed = sum(-skipped if role else 1 for _, role, skipped in runs)
    if not lengths:
        return str(fixed)
    rest = f" {'+' if fixed > 0 else '-'} {abs(fixed)}" if fixed else ""
    return " + ".join(lengths) + rest


def nix_hosts(names: Sequence[str], counted: Counted, indent: int = 0) -> str:
    """Return a list of the hosts of whole roles in Nix; counted roles come from ``hosts``.

    The one host of any other role has the role's name, so a list of roles is all there is to say.
    """
    runs = list(_runs(names, counted))
    if not any(role for _, role, _ in runs) or any(skipped for *_, skipped in runs):
        return nix_value(list(names), indent)
    roles = [role or name for name, role, _ in runs]
    if len(roles) == 1:
        return f"hosts.{roles[0]}"
    return f"lib.concatMap (role: hosts.${{role}} or [ role ]) {nix_value(roles, indent)}"
