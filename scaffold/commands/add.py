"""``nxc-scaffold add``: a part to a role, or a second stack to a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scaffold.answers import editing, layers
from scaffold.answers.editing import Place
from scaffold.answers.recorded import Raw, count_of, parts_in
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError, Problem
from scaffold.base.pairs import all_pairs
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.services import Need
from scaffold.commands.options import Options
from scaffold.commands.rewriting import missing_partners, refused, rewrite
from scaffold.commands.session import Session


def run(
    what: str, options: Options, *, to: str | None, partners: Sequence[str], onto: Sequence[str]
) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: a part, stack or role is not there, or a partner is missing.

    """
    if not any(what.split(",")):
        example = "Name a part or a stack, as in: add web.server --to ROLE"
        raise refused("add", "what to add is not said", example)
    pairs = all_pairs(partners, "--with", "PART=ROLE", "slurm.dbd=ctl")
    merged = all_pairs(onto, "--onto", "ROLE=ROLE", "client=node")
    places = {pair.name: pair.value.split(",") for pair in merged}

    def edit(raw: Mapping[str, object], session: Session) -> Raw:
        catalog = session.catalog
        if to is None and what in catalog.stacks:
            found = editing.add_stack(raw, what, places, catalog)
        else:
            found = _with_parts(raw, what, to, session, onto)
        found = _with_settings(found, options, session)
        for pair in pairs:
            place = Place.of(pair.value, "--with")
            found = editing.add_parts(found, [pair.name], place, catalog)
        return _with_partners(found, options, session)

    return rewrite(options, edit)


def _with_settings(raw: Raw, options: Options, session: Session) -> Raw:
    """Return answers with those of ``--set``, such as a consent that a new part needs."""
    settings = layers.from_flags({"options": options.given.get("options")}, session.catalog)
    every = [*settings, Layer("the answers", raw)]
    layers.check_names(every)
    return merge(every) if settings else raw


def _with_parts(
    raw: Mapping[str, object], what: str, to: str | None, session: Session, onto: Sequence[str]
) -> Raw:
    parts = [name for name in what.split(",") if name]
    if to is None:
        known = any(name in session.catalog.parts for name in parts)
        if known or "." in what:
            raise refused("--to", "is not given", f"Say which role: add {what} --to ROLE[:COUNT]")
        return editing.add_stack(raw, what, {}, session.catalog)  # which says what is near
    if onto:
        raise refused("--onto", "goes with a stack", "Say with --to which role runs the parts")
    return editing.add_parts(raw, parts, Place.of(to, "--to"), session.catalog)


def _with_partners(raw: Raw, options: Options, session: Session) -> Raw:
    """Add the partners that parts lack where the user says, until none is missing.

    Raises:
        InputError: nobody can be asked; each missing partner is named, with a role for it.

    """
    if not options.interactive:
        if problems := list(_lacking(raw, session)):
            raise InputError(*problems)
        return raw
    while missing := list(missing_partners(raw, session)):
        from scaffold.terminal.partners import ask_for_role

        composition, part, need = missing[0]
        roles = {str(place): parts_in(role) for place, role in editing.roles_of(raw)
                 if place.composition == composition}  # fmt: skip
        likely = str(_likely(raw, composition, part, need, session.catalog))
        chosen = ask_for_role(part, need, {likely: roles.get(likely), **roles}, session.catalog)
        raw = editing.add_parts(raw, [need.part], Place.of(chosen, "role"), session.catalog)
    return raw


def _lacking(raw: Raw, session: Session) -> Iterator[Problem]:
    """Yield a problem for each missing partner, and for those that it would need in turn."""
    catalog = session.catalog
    while missing := list(missing_partners(raw, session)):
        for composition, part, need in missing:
            yield _problem(raw, composition, part, need, catalog)
            place = _likely(raw, composition, part, need, catalog)
            try:
                raw = editing.add_parts(raw, [need.part], place, catalog)
            except InputError:  # what comes after it is told when this is mended
                return


def _likely(
    raw: Mapping[str, object], composition: str, part: str, need: Need, catalog: Catalog
) -> Place:
    """Return the likely role of the partner: one host that runs its service, or a new one.

    What may run on few hosts only goes beside the part that needs it rather than to a new role.
    """
    service, _, name = need.part.partition(".")
    limit = catalog.parts[need.part].max_hosts
    roles = [found for found in editing.roles_of(raw) if found[0].composition == composition]
    counts = {place: count_of(role) for place, role in roles}
    fitting = [
        (place, parts_in(role)) for place, role in roles if limit is None or count_of(role) <= limit
    ]
    for place, parts in fitting:
        of_it = any(one.startswith(f"{service}.") for one in parts)
        if of_it and part not in parts and counts[place] == 1:
            return place
    for place, parts in fitting if limit and not need.elsewhere else ():
        if part in parts:
            return place
    names = [place.role for place, _ in roles]
    return Place(name if name not in names else service, composition=composition)


def _problem(
    raw: Mapping[str, object], composition: str, part: str, need: Need, catalog: Catalog
) -> Problem:
    wanted = " or ".join(need.parts)
    role = _likely(raw, composition, part, need, catalog)
    remedy = f"Add it to {role} in the same run with --with {need.part}={role}"
    return Problem(part, f"needs {wanted}, which no role has: {need.why}", remedy)
