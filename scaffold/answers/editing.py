"""Edits of recorded answers: a part to a role, a role away, a second stack on top. Pure.

Answers are those of an answers file: of one composition, or of several in a table
``[compositions.NAME]``. An edit returns new answers; what may go with what is then for the rules,
as with any other answers.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold.answers.document import KEY
from scaffold.answers.recorded import Raw, parts_in, table_in, tables_in
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.values import did_you_mean
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import expand


@dataclass(frozen=True)
class Place:
    """A role in a command line: ``ROLE``, ``ROLE:COUNT`` or ``COMPOSITION.ROLE:COUNT``."""

    role: str
    count: int | None = None
    composition: str = ""

    @classmethod
    def of(cls, text: str, flag: str) -> Place:
        """Read a place; ``flag`` names the flag in messages.

        Raises:
            InputError: it is not of its form.

        """
        head, colon, number = text.partition(":")
        composition, dot, role = head.rpartition(".")
        if colon and not number.strip().isdecimal():
            what = f"{show(number)} is not a number of hosts"
            raise InputError(Problem(f"{flag} {text}", what, "Write it as node:2"))
        if not role or (dot and not composition):
            raise InputError(Problem(f"{flag} {text}", "names no role", "Write it as node:2"))
        return cls(role, int(number) if colon else None, composition)

    def __str__(self) -> str:
        """Return the place without the count."""
        return f"{self.composition}.{self.role}" if self.composition else self.role


def add_parts(
    raw: Mapping[str, object], parts: Sequence[str], place: Place, catalog: Catalog
) -> Raw:
    """Return answers with parts added to a role, which is made when it is not there.

    Raises:
        InputError: there is no such part or composition, or the role has all of them already.

    """
    _check_parts(parts, catalog)
    found = _copied(raw)
    of_one = _composition(found, place)
    of_one.setdefault("roles", {})
    roles = table_in(of_one, "roles")
    roles.setdefault(place.role, {"count": 1})
    role = table_in(roles, place.role)
    before = parts_in(role)
    role["parts"] = list(dict.fromkeys([*before, *parts]))
    if place.count is not None:
        role["count"] = place.count
    if role["parts"] == before and place.count is None:
        what = f"the role {place} has {' and '.join(parts)} already"
        raise InputError(Problem("add", what, "There is nothing to add"))
    return found


def remove_parts(
    raw: Mapping[str, object], parts: Sequence[str], places: Sequence[Place], catalog: Catalog
) -> Raw:
    """Return answers without parts of the roles ``places``, or of the one role that has them.

    Options of parts and services that no role has any more are dropped.

    Raises:
        InputError: there is no such role, none of them has the part, or none is named and several
            roles have it.

    """
    _check_parts(parts, catalog)
    found = _copied(raw)
    for part in parts:
        chosen = places or [_only_place(found, part)]
        roles = {at: _role(_composition(found, at), at) for at in chosen}
        having = [at for at, role in roles.items() if part in parts_in(role)]
        if not having:
            names = " and ".join(map(str, chosen))
            remedy = "`nxc-scaffold graph` shows what each role runs; what a part brings with it "
            remedy += "goes when that part goes"
            what = f"it is none of the parts that {names} was given"
            raise InputError(Problem(f"remove {part}", what, remedy))
        for at in having:
            of_one = _composition(found, at)
            role = roles[at]
            kept = [name for name in parts_in(role) if name != part]
            role["parts"] = kept
            _drop_options(table_in(role, "options"), expand(tuple(kept), catalog), [part])
            _drop_unused(of_one, [part], catalog)
    return found


def remove_role(raw: Mapping[str, object], place: Place, catalog: Catalog) -> Raw:
    """Return answers without a role and without what variants say of it.

    Raises:
        InputError: there is no such role, or it is the only one.

    """
    found = _copied(raw)
    of_one = _composition(found, place)
    parts = parts_in(_role(of_one, place))
    roles = table_in(of_one, "roles")
    del roles[place.role]
    if not roles:
        remedy = "Remove its parts, or add another role before"
        raise InputError(Problem(f"remove {place}", "it is the only role", remedy))
    for variant in tables_in(of_one, "variants").values():
        table_in(variant, "counts").pop(place.role, None)
    _drop_unused(of_one, parts, catalog)
    return found


def add_stack(
    raw: Mapping[str, object], name: str, onto: Mapping[str, Sequence[str]], catalog: Catalog,
    composition: str = "",
) -> Raw:  # fmt: skip
    """Return answers with the roles of a stack added to what is there.

    ``onto`` says for roles of the stack which roles of the project run their parts; the others come
    along under their name, and add to a role of that name. What the project says of options counts
    more than what the stack says.

    Raises:
        InputError: there is no such stack, or ``onto`` names roles that are not there.

    """
    if name not in catalog.stacks:
        remedy = did_you_mean(name, list(catalog.stacks))
        raise InputError(Problem("add", f"there is no stack {show(name)}", remedy))
    found = _copied(raw)
    of_one = _composition(found, Place("", composition=composition))
    stack = _copied(catalog.stacks[name].answers)
    _check_onto(onto, stack, of_one)
    of_one.setdefault("roles", {})
    roles = table_in(of_one, "roles")
    for role, table in tables_in(stack, "roles").items():
        for target in onto.get(role, (role,)):
            if target not in roles:
                roles[target] = copy.deepcopy(table)
                continue
            mine = table_in(roles, target)
            mine["parts"] = list(dict.fromkeys([*parts_in(mine), *parts_in(table)]))
            if "options" in table:
                mine["options"] = _under(table_in(mine, "options"), table_in(table, "options"))
    for key, holder in (("options", of_one), ("packages_from", found)):
        if key in stack:
            holder[key] = _under(table_in(holder, key), table_in(stack, key))
    return found


def roles_of(raw: Mapping[str, object]) -> Iterator[tuple[Place, Mapping[str, object]]]:
    """Yield every role of recorded answers with its place."""
    for composition, of_one in _compositions(raw).items():
        for name, role in tables_in(of_one, "roles").items():
            yield Place(name, composition=composition), role


def module_files(raw: Mapping[str, object]) -> set[str]:
    """Return the files of the user's own that roles import, as the answers write them.

    Each is told with the folder of its composition where there are several.
    """
    found = set()
    for place, role in roles_of(raw):
        given = role.get("modules")
        for module in given if isinstance(given, list | tuple) else ():
            file = str(module.get("file", "") if isinstance(module, Mapping) else module)
            file = file.removeprefix("./")
            found.add(f"{place.composition}/{file}" if place.composition else file)
    return found


def _copied(raw: Mapping[str, object]) -> Raw:
    return copy.deepcopy(dict(raw))


def _compositions(raw: Mapping[str, object]) -> Mapping[str, Raw]:
    """Return the answers of each composition; of the only one under no name."""
    return tables_in(raw, KEY) if KEY in raw else {"": dict(raw)}


def _composition(raw: Raw, place: Place) -> Raw:
    """Return the answers of the composition that a place is in.

    Raises:
        InputError: there is no such composition, or there are several and none is named.

    """
    if KEY not in raw:
        if place.composition:
            what = f"there is one composition, and no {show(place.composition)}"
            raise InputError(Problem(str(place), what, f"Name the role alone: {place.role}"))
        return raw
    table = tables_in(raw, KEY)
    if place.composition in table:
        return table[place.composition]
    if place.composition:
        what = f"there is no composition {show(place.composition)}"
        raise InputError(Problem(str(place), what, did_you_mean(place.composition, list(table))))
    having = [name for name, of_one in table.items() if place.role in table_in(of_one, "roles")]
    if len(having) == 1:
        return table[having[0]]
    what = f"which of the compositions {', '.join(table)} is meant is not said"
    raise InputError(Problem(str(place) or "add", what, f"Write it as {next(iter(table))}.ROLE"))


def _role(of_one: Raw, place: Place) -> Raw:
    roles = table_in(of_one, "roles")
    if place.role not in roles:
        remedy = did_you_mean(place.role, list(roles))
        raise InputError(Problem(str(place), f"there is no role {show(place.role)}", remedy))
    return table_in(roles, place.role)


def _only_place(raw: Raw, part: str) -> Place:
    places = [place for place, role in roles_of(raw) if part in parts_in(role)]
    if len(places) == 1:
        return places[0]
    if not places:
        remedy = "Look with `nxc-scaffold graph` at what each role runs"
        raise InputError(Problem(f"remove {part}", "no role was given it", remedy))
    names = ", ".join(map(str, places))
    raise InputError(Problem(f"remove {part}", f"{names} run it", f"Add --from {places[0]}"))


def _check_parts(parts: Iterable[str], catalog: Catalog) -> None:
    """Name every part that is not there.

    Raises:
        InputError: with a problem for each.

    """
    known = [name for name, part in catalog.parts.items() if not part.hidden]
    problems = [
        Problem("PART", f"there is no part {show(name)}", did_you_mean(name, known))
        for name in parts
        if name not in known
    ]
    if problems:
        raise InputError(*problems)


def _check_onto(onto: Mapping[str, Sequence[str]], stack: Raw, of_one: Raw) -> None:
    problems = []
    brought, there = table_in(stack, "roles"), table_in(of_one, "roles")
    for role, targets in onto.items():
        if role not in brought:
            remedy = did_you_mean(role, list(brought))
            what = f"the stack has no role {show(role)}"
            problems.append(Problem(f"--onto {role}", what, remedy))
        for target in targets:
            if target not in there:
                remedy = did_you_mean(target, list(there))
                what = f"the project has no role {show(target)}"
                problems.append(Problem(f"--onto {role}={target}", what, remedy))
    if problems:
        raise InputError(*problems)


def _drop_unused(of_one: Raw, parts: Iterable[str], catalog: Catalog) -> None:
    """Drop the shared options of parts and services that no role has any more."""
    roles = tables_in(of_one, "roles")
    given = [part for role in roles.values() for part in parts_in(role)]
    left = expand(tuple(given), catalog)
    _drop_options(table_in(of_one, "options"), left, parts)
    for holder in (of_one, *roles.values()):
        if holder.get("options") == {}:
            del holder["options"]


def _drop_options(options: Raw, left: Sequence[str], parts: Iterable[str]) -> None:
    for part in parts:
        service, _, name = part.partition(".")
        table = options.get(service)
        if part not in left and isinstance(table, dict):
            table.pop(name, None)
            if not table or not any(p.startswith(f"{service}.") for p in left):
                del options[service]


def _under(above: Mapping[str, object], below: Mapping[str, object]) -> Raw:
    """Return two tables as one; where both have a key that of ``above`` counts."""
    found: Raw = dict(below)
    for key, value in above.items():
        under = found.get(key)
        if isinstance(under, Mapping) and isinstance(value, Mapping):
            found[key] = _under(value, under)
        else:
            found[key] = value
    return found
