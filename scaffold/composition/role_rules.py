"""What several parts would take of one host: ports, options of NixOS, numbers of users."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scaffold.base.errors import Problem
from scaffold.catalogue.services import Part
from scaffold.composition.topology import Topology


def ports_differ(topology: Topology) -> Iterator[Problem]:
    """No two parts of one role listen on the same port."""
    for role in topology.composition.roles:
        taken: dict[int, Part] = {}
        for part in topology.parts[role.name]:
            for port in topology.ports(part):
                if port in taken:
                    yield Problem(
                        f"roles.{role.name}",
                        f"{taken[port].id} and {part.id} both use port {port}",
                        "Put them on different roles",
                    )
                taken.setdefault(port, part)


def options_have_one_owner(topology: Topology) -> Iterator[Problem]:
    """No two parts of one role, or beside it, set a NixOS option that holds a single value."""
    for role in topology.composition.roles:
        taken: dict[str, Part] = {}
        of_role = [(part, option) for part in topology.parts[role.name] for option in part.owns]
        added = [(part, option) for part, add in topology.additions(role) for option in add.owns]
        for part, option in [*of_role, *added]:
            owner = taken.setdefault(option, part)
            if owner is not part:
                yield Problem(
                    f"roles.{role.name}",
                    f"{owner.id} and {part.id} both set {option}",
                    "Put them on different roles"
                    if (part, option) in of_role
                    else "Remove one of them",
                )


def user_ids_differ(topology: Topology) -> Iterator[Problem]:
    """No two users have one uid: shared folders know owners by number."""
    owners = {uid: user for user, uid in topology.user_ids.items()}
    for part in topology.used_parts:
        for user, uid in part.uids.items():
            other = owners.setdefault(uid, user)
            if other != user:
                yield Problem(
                    "roles",
                    f"{part.id} gives its user {user} the uid {uid}, which {other} has",
                    "Remove one of the two",
                )


ROLE_RULES: tuple[Callable[[Topology], Iterator[Problem]], ...] = (
    ports_differ,
    options_have_one_owner,
    user_ids_differ,
)
