"""The prompt of each question, but for those that have modules of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import questionary
from questionary import Choice as Item

from scaffold.answers.choices import flavours_to_avoid, releases_to_avoid
from scaffold.answers.parsers import Answers
from scaffold.answers.questions import Question, chosen_flavours, chosen_inputs, chosen_parts
from scaffold.base import values
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entries import Release
from scaffold.catalogue.limits import private_sources
from scaffold.report import help_texts
from scaffold.terminal import asking
from scaffold.terminal.option_prompts import options
from scaffold.terminal.package_prompts import packages_from
from scaffold.terminal.role_prompts import first_problem, roles
from scaffold.terminal.variant_prompts import variants

Widget = Callable[[Question, Answers, Catalog], dict[str, Any]]
SELECT_HINT = "(? explains, < goes back)"
CHECKBOX_HINT = "(space selects, enter ends, ? explains, < goes back)"


def _listed(
    question: Question,
    answers: Answers,
    catalog: Catalog,
    make: Callable[[], questionary.Question],
) -> Any:
    return asking.listed(make, lambda: help_texts.question(question, answers, catalog))


def text(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for a line of text."""
    asking.note([question.help])
    default = answers.get(question.key) or question.recommended(answers, catalog) or ""
    typed = asking.line(
        question.message,
        str(default),
        lambda v: first_problem(lambda ctx: question.parse(v, ctx), catalog),
        lambda: help_texts.question(question, answers, catalog),
    )
    return {question.key: typed}


def flavours(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for the flavours; those that a part cannot run are shown with the reason."""
    excluded = flavours_to_avoid(chosen_parts(answers), catalog)
    wanted = values.listed(answers.get("flavours") or question.recommended(answers, catalog))
    rows = asking.rows({f.name: f.title for f in catalog.flavours.values()})
    asking.note([f"{flavour} cannot be chosen: {why}" for flavour, why in excluded.items()])

    def make() -> questionary.Question:
        items = [
            Item(
                row,
                value=name,
                disabled=_part_of(excluded.get(name)),
                checked=name in wanted and name not in excluded,
            )
            for name, row in rows.items()
        ]
        return questionary.checkbox(
            question.message,
            items,
            validate=lambda found: bool(found) or "Choose at least one flavour",
            instruction=CHECKBOX_HINT,
        )

    chosen = _listed(question, answers, catalog, make)
    kept = answers.get("default_flavour")
    return {"flavours": chosen, "default_flavour": kept if kept in chosen else chosen[0]}


def _part_of(reason: str | None) -> str | None:
    """Return what a list has room for: the part that excludes. The note above has the reason."""
    if reason is None or ": " not in reason:
        return reason
    return f"not with {reason.partition(': ')[0]}"


def default_flavour(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask which of the chosen flavours is the default."""
    choices = values.listed(answers["flavours"])
    default = answers.get("default_flavour")

    def make() -> questionary.Question:
        shown = default if default in choices else None
        return questionary.select(question.message, choices, default=shown, instruction=SELECT_HINT)

    return {"default_flavour": _listed(question, answers, catalog, make)}


def release(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for the release; those that the parts or flavours exclude are shown with the reason."""
    chosen = chosen_flavours(answers)
    excluded = releases_to_avoid(chosen_parts(answers), chosen, catalog)
    asking.note([f"{name} cannot be chosen: {why}" for name, why in excluded.items()])
    if private := private_sources(chosen_parts(answers), catalog):
        asking.note([f"Building takes {text}." for text in private])
    wanted = answers.get("release") or question.recommended(answers, catalog)

    def make() -> questionary.Question:
        items = [
            Item(
                "   ".join([r.name, *_until(r, excluded), _pins(r.inputs)]),
                value=r.name,
                disabled=_part_of(excluded.get(r.name)),
            )
            for r in catalog.releases.values()
        ]
        shown = wanted if wanted not in excluded else None
        return questionary.select(question.message, items, default=shown, instruction=SELECT_HINT)

    return {"release": _listed(question, answers, catalog, make)}


def _until(release: Release, excluded: Collection[str]) -> list[str]:
    """The end of a release's support, in the width that its reason leaves where it is excluded."""
    end = release.end_of_support
    return [] if end is None or release.name in excluded else [f"until {end}"]


def _pins(inputs: Mapping[str, Any]) -> str:
    return " · ".join(f"{name} {pin.ref[:14]}" for name, pin in inputs.items())


def pins(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask whether to pin inputs, and to what."""
    found: dict[str, str] = dict(answers.get("pins") or {})

    def explained() -> list[str]:
        return help_texts.question(question, answers, catalog)

    message = "Pin an input to another ref or revision?"
    if not asking.confirm(message, default=bool(found), explain=explained):
        return {"pins": found}
    for name, pin in chosen_inputs(answers, catalog).items():
        typed = asking.line(
            f"  {name}", found.get(name, pin.ref), _check_pin(question, name, catalog), explained
        )
        if typed != pin.ref:
            found[name] = typed
        else:
            found.pop(name, None)
    return {"pins": found}


def _check_pin(question: Question, name: str, catalog: Catalog) -> asking.Check:
    return lambda typed: first_problem(lambda ctx: question.parse({name: typed}, ctx), catalog)


def extras(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for optional groups of files."""
    wanted = answers.get("extras")
    chosen = values.listed(question.recommended(answers, catalog) if wanted is None else wanted)

    def make() -> questionary.Question:
        rows = asking.rows({e.name: e.description for e in catalog.extras.values()})
        items = [Item(row, value=name, checked=name in chosen) for name, row in rows.items()]
        return questionary.checkbox(question.message, items, instruction=CHECKBOX_HINT)

    return {"extras": _listed(question, answers, catalog, make)}


WIDGETS: dict[str, Widget] = {
    "name": text,
    "description": text,
    "roles": roles,
    "options": options,
    "flavours": flavours,
    "default_flavour": default_flavour,
    "release": release,
    "pins": pins,
    "packages_from": packages_from,
    "extras": extras,
    "variants": variants,
}
