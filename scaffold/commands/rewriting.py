"""Writing a project again from edited answers: what ``add``, ``remove`` and ``update`` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scaffold.answers import answers, multi
from scaffold.answers.answers import META, Layer
from scaffold.answers.multianswers import KEY
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.entries import Need
from scaffold.commands import multi as several
from scaffold.commands import new as one
from scaffold.commands.options import Options
from scaffold.commands.project_folder import find, recorded, tell_version
from scaffold.commands.session import Session, begin
from scaffold.commands.template import own_template
from scaffold.composition import rules
from scaffold.composition.model import Composition
from scaffold.composition.topology import Topology

Raw = dict[str, Any]
#: From recorded answers to those that the user wants, with the catalogue that they speak of.
Edit = Callable[[Mapping[str, Any], Session], Raw]


def rewrite(options: Options, edit: Edit) -> int:
    """Write the project that a command is run in with edited answers; return the exit code.

    Raises:
        InputError: there is no project, or the answers do not go together.
        ConflictError: files that the user edited cannot be merged, and nobody decided on them.

    """
    options = replace(options, directory=find(options.directory))
    session = begin(options)
    assert options.directory is not None  # noqa: S101 - it was found
    layer = recorded(options.directory)
    tell_version(layer, session.reporter)
    raw = edit(layer.answers, session)
    if KEY in raw:
        project = multi.of_answers(_own(raw), session.catalog)
        return several.write(project, options.directory, options, session)
    composition = built(raw, session, layer.source)
    own = own_template(options, session.config.author, Layer(layer.source, raw))
    if own is not None and options.dry_run:
        own = own.without_hooks()
    return one.write(composition, options.directory, own, options, session)


def built(raw: Mapping[str, Any], session: Session, source: str) -> Composition:
    """Return the composition that answers give.

    Raises:
        InputError: with every problem.

    """
    composition = unchecked(raw, session, source)
    rules.check(composition, session.catalog)
    return composition


def unchecked(raw: Mapping[str, Any], session: Session, source: str) -> Composition:
    """Return the composition that answers give, whose parts may still lack partners.

    Raises:
        InputError: an answer is not valid by itself, or one is missing.

    """
    complete = answers.with_recommended(raw, session.catalog, all_of_them=False)
    if problems := answers.missing(complete):
        raise InputError(*problems)
    return answers.build(complete, session.catalog, [Layer(source, raw)])


def compositions(raw: Mapping[str, Any]) -> dict[str, Raw]:
    """Return complete answers for each composition, under no name when there is but one."""
    if KEY not in raw:
        return {"": dict(raw)}
    shared = {key: value for key, value in _own(raw).items() if key not in (KEY, "description")}
    return {name: {**shared, **own, "name": name} for name, own in raw[KEY].items()}


def _own(raw: Mapping[str, Any]) -> Raw:
    return {key: value for key, value in raw.items() if key not in META}


def refused(where: str, what: str, remedy: str) -> InputError:
    """Return the error of a command line that asks for what cannot be."""
    return InputError(Problem(where, what, remedy))


def missing_partners(raw: Mapping[str, Any], session: Session) -> Iterator[tuple[str, str, Need]]:
    """Yield each partner that no role has: composition, the part that needs it, and the need."""
    told = set()
    for name, own in compositions(raw).items():
        topology = Topology(unchecked(own, session, name or "the answers"), session.catalog)
        for part in topology.used_parts:
            for need in part.needs:
                there = any(topology.roles_with(wanted) for wanted in need.parts)
                if not there and (name, need.part) not in told:
                    told.add((name, need.part))
                    yield name, part.id, need
