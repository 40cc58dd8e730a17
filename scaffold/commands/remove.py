"""``nxc-scaffold remove``: a part from a role, or a whole role."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.answers import editing
from scaffold.answers.editing import Place
from scaffold.answers.recorded import Raw, parts_in
from scaffold.base.errors import InputError, Problem
from scaffold.commands.options import Options
from scaffold.commands.rewriting import missing_partners, refused, rewrite, unchecked
from scaffold.commands.session import Session


def run(what: str, options: Options, *, origin: str | None) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: the part or the role is not there, or another part needs it.

    """
    names = [name for name in what.split(",") if name]
    if not names:
        raise refused("remove", "what to remove is not said", "Name a part or a role")

    def edit(raw: Mapping[str, object], session: Session) -> Raw:
        found: Raw = dict(raw)
        if origin is not None or any(name in session.catalog.parts for name in names):
            places = [Place.of(name, "--from") for name in (origin or "").split(",") if name]
            found = editing.remove_parts(raw, names, places, session.catalog)
        else:
            for name in names:
                before = editing.module_files(found)
                found = editing.remove_role(found, Place.of(name, "remove"), session.catalog)
                for file in sorted(before - editing.module_files(found)):
                    left = f"{file} is yours and stays; no role imports it any more"
                    session.reporter.field("module", left)
        _require_partners(found, session)
        return _used_pins(found, session)

    return rewrite(options, edit)


def _require_partners(raw: Raw, session: Session) -> None:
    """Name each part that would be left without what it needs, with the way to remove it too.

    Raises:
        InputError: there are such parts.

    """
    problems = []
    for composition, part, need in missing_partners(raw, session):
        roles = [
            str(place)
            for place, role in editing.roles_of(raw)
            if place.composition == composition and part in parts_in(role)
        ]
        wanted = " or ".join(need.parts)
        remedy = f"Keep {wanted}, or remove {part} before"
        if roles:
            remedy += f": nxc-scaffold remove {part} --from {','.join(roles)}"
        problems.append(Problem(part, f"needs {wanted}: {need.why}", remedy))
    if problems:
        raise InputError(*problems)


def _used_pins(raw: Raw, session: Session) -> Raw:
    """Drop the pins of inputs that the flake has no more, and say so."""
    pins = raw.get("pins")
    if not pins or not isinstance(pins, Mapping):
        return raw
    used = unchecked({**raw, "pins": {}}, session, "the answers").inputs
    dropped = [name for name in pins if name not in used]
    if dropped:
        session.reporter.field("pins", f"dropped with their inputs: {', '.join(dropped)}")
    return {**raw, "pins": {name: ref for name, ref in pins.items() if name in used}}
