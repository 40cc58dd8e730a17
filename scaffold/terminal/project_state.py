"""The answers of a project as they grow in the hub: what each operation makes of them.

Knows no terminal. Every operation gives new answers, so the ones before are kept and come back with
``undo``. Of several compositions each has a table below ``compositions``; ``member`` names it, and
is empty for the one composition of a project that has no such table.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from scaffold.answers.parsers import MAX_COUNT
from scaffold.base import values
from scaffold.base.values import InvalidError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import expand, parts_of
from scaffold.catalogue.services import Part
from scaffold.terminal.growing import Answers, Growing
from scaffold.terminal.project_options import Option, names_in, options_of_table, table

COMPOSITIONS = "compositions"
#: What comes with a stack, and goes when another one is chosen.
OF_A_STACK = ("roles", "options", "description", "flavours", "default_flavour", "release",
              "extras", "variants", "started_from", "stack")  # fmt: skip


class ProjectState(Growing):
    """The answers of a project.

    ``strong`` are those of flags and files: another stack does not replace them.
    """

    def __init__(self, raw: Mapping[str, Any], catalog: Catalog, strong: Mapping[str, Any]) -> None:
        super().__init__(raw)
        self.catalog = catalog
        self._strong = strong

    def start_from(self, answers: Mapping[str, Any]) -> None:
        """Start from other answers, such as those of a stack; name and flags stay."""
        from scaffold.asking.layers import Layer, merge

        kept = {key: value for key, value in self.raw.items() if key not in OF_A_STACK}
        layers = [Layer("", self._strong), Layer("", answers), Layer("", kept)]
        self.replace(merge(layers))

    # --- compositions -----------------------------------------------------------------------------

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the compositions; one empty name when there is a single one."""
        return tuple(table(self.raw.get(COMPOSITIONS))) if self.several else ("",)

    @property
    def several(self) -> bool:
        """Whether the project is one of several compositions, each with a folder of its own."""
        return COMPOSITIONS in self.raw

    def add_member(
        self, name: str, answers: Mapping[str, Any], shared: Mapping[str, Any] | None = None
    ) -> None:
        """Add a composition, or put other answers in the place of its own.

        ``shared`` are answers of the project as a whole that come with it.
        """
        members = {**table(self.raw.get(COMPOSITIONS)), name: dict(answers)}
        self.give(**(shared or {}), compositions=members)

    def rename_member(self, old: str, new: str) -> None:
        """Give a composition another name; it keeps its place."""
        found = table(self.raw.get(COMPOSITIONS))
        self.give(compositions={new if name == old else name: t for name, t in found.items()})

    def delete_member(self, name: str) -> None:
        """Take a composition away."""
        found = table(self.raw.get(COMPOSITIONS))
        self.give(compositions={key: of_one for key, of_one in found.items() if key != name})

    def answers_of(self, member: str) -> Answers:
        """Return the answers of one composition."""
        return table(table(self.raw.get(COMPOSITIONS)).get(member)) if member else dict(self.raw)

    def give_to(self, member: str, **answers: object) -> None:
        """Give answers of one composition; None takes one away."""
        if not member:
            return self.give(**answers)
        merged = {**self.answers_of(member), **answers}
        kept = {key: value for key, value in merged.items() if value is not None}
        return self.give(compositions={**table(self.raw.get(COMPOSITIONS)), member: kept})

    # --- roles ------------------------------------------------------------------------------------

    def roles(self, member: str = "") -> dict[str, Answers]:
        """Return the roles of a composition."""
        return {str(n): table(r) for n, r in table(self.answers_of(member).get("roles")).items()}

    def count(self, role: str, member: str = "") -> int:
        """Return how many hosts a role has."""
        try:
            return values.integer(self.roles(member)[role].get("count", 1))
        except InvalidError:
            return 1

    def parts(self, role: str, member: str = "") -> list[str]:
        """Return the parts that a role was given."""
        return names_in(self.roles(member).get(role, {}).get("parts"))

    def running(self, role: str, member: str = "") -> list[str]:
        """Return the known parts that a role runs, with those that they imply."""
        every = expand(tuple(self.parts(role, member)), self.catalog)
        return [part for part in every if part in self.catalog.parts]

    def all_parts(self, member: str = "") -> list[str]:
        """Return the parts of all roles, each once."""
        roles = self.roles(member)
        return list(dict.fromkeys(part for role in roles for part in self.parts(role, member)))

    def set_role(self, name: str, member: str = "", **answers: object) -> None:
        """Add a role, or give answers of one that is there."""
        roles = self.roles(member)
        self.give_to(member, roles={**roles, name: {**roles.get(name, {}), **answers}})

    def add_to_count(self, role: str, more: int, member: str = "") -> None:
        """Give a role more hosts or fewer, within the bounds."""
        wanted = max(1, min(self.count(role, member) + more, MAX_COUNT))
        self.set_role(role, member, count=wanted)

    def rename_role(self, old: str, new: str, member: str = "") -> None:
        """Give a role another name; it keeps its place."""
        roles = {new if name == old else name: r for name, r in self.roles(member).items()}
        variants = table(self.answers_of(member).get("variants"))
        for name, variant in variants.items():
            counts = table(table(variant).get("counts"))
            renamed = {new if role == old else role: n for role, n in counts.items()}
            variants[name] = {**table(variant), **({"counts": renamed} if renamed else {})}
        more = {"variants": variants} if variants else {}
        self.give_to(member, roles=roles, **more)

    def duplicate_role(self, name: str, member: str = "") -> str:
        """Add a role like another one, next to it; return its name."""
        roles = self.roles(member)
        stem = name.rstrip("0123456789") or name
        # A number at the end would make a host name of the first role: node and node2.
        letters = (f"{stem}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
        new = next((n for n in letters if n not in roles), f"{stem}x")
        found: dict[str, Answers] = {}
        for key, role in roles.items():
            found[key] = role
            if key == name:
                found[new] = copy.deepcopy(role)
        self.give_to(member, roles=found)
        return new

    def delete_role(self, name: str, member: str = "") -> None:
        """Take a role away."""
        kept = {key: role for key, role in self.roles(member).items() if key != name}
        self.give_to(member, roles=kept)

    # --- options ----------------------------------------------------------------------------------

    def options(self, member: str = "") -> list[Option]:
        """Return every option that means something with the parts that are chosen."""
        return list(self._options(member))

    def _options(self, member: str) -> Iterator[Option]:
        given = table(self.answers_of(member).get("options"))
        parts = parts_of(self.all_parts(member), self.catalog)
        for name in dict.fromkeys(part.service for part in parts):
            service = self.catalog.services[name]
            answers = table(given.get(name))
            yield from options_of_table(name, "", service.options, answers)
            for part in (p for p in parts if p.service == name):
                yield from self._part_options(part, table(answers.get(part.name)), member)

    def _part_options(self, part: Part, given: Answers, member: str) -> Iterator[Option]:
        roles = self.roles(member)
        owners = [name for name in roles if part.id in self.running(name, member)]
        for option in options_of_table(part.id, "", part.options, given):
            spec = option.spec
            each = {role: self._role_table(role, part, member) for role in owners}
            if (spec.unique and len(owners) > 1) or any(spec.key in t for t in each.values()):
                for role in owners:
                    value = each[role].get(spec.key, option.value)
                    yield Option(option.key, spec, role, value)
            else:
                yield option

    def _role_table(self, role: str, part: Part, member: str) -> Answers:
        options = table(self.roles(member)[role].get("options"))
        return table(table(options.get(part.service)).get(part.name))

    def set_option(self, option: Option, value: object, member: str = "") -> None:
        """Give an option a value; the usual one is not kept."""
        service, *rest = option.key.split(".")
        whole = self.roles(member)[option.role] if option.role else self.answers_of(member)
        path = (service, *rest)
        usual = value == option.spec.default and not (option.role and option.spec.unique)
        options = _with(table(whole.get("options")), path, None if usual else value)
        if option.role:
            self.set_role(option.role, member, options=options)
        else:
            self.give_to(member, options=options)

    # --- what counts ------------------------------------------------------------------------------

    def effective(self) -> Answers:
        """Return the answers without those that mean nothing beside the others.

        A value for a part that no role runs any more is kept, for when the part comes back, but
        does not count; neither does a default flavour that is not chosen.
        """
        found = dict(self.raw)
        if self.several:
            found[COMPOSITIONS] = {m: self._effective_own(m) for m in self.members}
        else:
            found |= self._effective_own("")
        if found.get("default_flavour") not in names_in(found.get("flavours")):
            found.pop("default_flavour", None)
        return found

    def _effective_own(self, member: str) -> Answers:
        answers = self.answers_of(member)
        parts = parts_of(self.all_parts(member), self.catalog)
        if "options" in answers:
            answers["options"] = self._used(table(answers["options"]), parts, of_role=False)
        roles = self.roles(member)
        for name, role in roles.items():
            if "options" in role:
                ran = parts_of(self.parts(name, member), self.catalog)
                role["options"] = self._used(table(role["options"]), ran, of_role=True)
        return {**answers, "roles": roles} if "roles" in answers else answers

    def _used(self, options: Answers, parts: list[Part], *, of_role: bool) -> Answers:
        """Return the options without those of services and parts that nothing runs."""
        services = {part.service for part in parts}
        ran = {part.id for part in parts}
        found: Answers = {}
        for service, entries in options.items():
            known = self.catalog.services.get(service)
            if known is None or not isinstance(entries, Mapping):
                found[service] = entries  # the validator tells what is wrong with it
            elif service in services:
                found[service] = {
                    key: value
                    for key, value in entries.items()
                    if key not in known.parts or f"{service}.{key}" in ran
                }
        return found


def _with(tables: Answers, path: tuple[str, ...], value: object) -> Answers:
    """Return tables with a value at a path, or without it; what is empty then goes too."""
    key, rest = path[0], path[1:]
    found = dict(tables)
    below = _with(table(found.get(key)), rest, value) if rest else value
    if below is None or below == {}:
        found.pop(key, None)
    else:
        found[key] = below
    return found
