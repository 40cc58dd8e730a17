"""The questions of ``nxc-scaffold new``, declared once.

Each question is a prompt, a flag and a key of the answers file. The order here is the order in
which they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scaffold.answers import parsers
from scaffold.answers.flags import FLAGS
from scaffold.answers.parsers import Context
from scaffold.asking import question
from scaffold.asking.layers import Answers
from scaffold.asking.question import fixed
from scaffold.base import values
from scaffold.base.values import InvalidError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.catalogue.inputs import Pin
from scaffold.catalogue.limits import parts_of
from scaffold.composition.model import Project, Variant
from scaffold.composition.requirements import Requirements

Question = question.Question[Catalog]


def chosen_parts(answers: Answers) -> list[str]:
    """Return the parts named by the roles so far; what is no list of parts counts as none."""
    roles = answers.get("roles")
    found: dict[str, None] = {}
    for role in roles.values() if isinstance(roles, Mapping) else ():
        parts = role.get("parts", []) if isinstance(role, Mapping) else []
        try:
            found.update(dict.fromkeys(values.listed(parts)))
        except InvalidError:
            continue
    return list(found)


def recommended_flavours(answers: Answers, catalog: Catalog) -> list[str]:
    """Return vm and docker as far as the parts can run there, else the first that can."""
    excluded = flavours_to_avoid(chosen_parts(answers), catalog)
    possible = [name for name in catalog.flavours if name not in excluded]
    return [name for name in ("vm", "docker") if name in possible] or possible[:1]


def recommended_default_flavour(answers: Answers, catalog: Catalog) -> str | None:
    """Return the first of the chosen flavours that exist."""
    return next((f for f in chosen_flavours(answers) if f in catalog.flavours), None)


def chosen(key: str, answers: Answers) -> list[str]:
    """Return what was chosen from a list so far; what is no list counts as none."""
    try:
        return values.listed(answers.get(key) or [])
    except InvalidError:
        return []


def chosen_flavours(answers: Answers) -> list[str]:
    """Return the flavours that were chosen so far."""
    return chosen("flavours", answers)


def chosen_inputs(answers: Answers, catalog: Catalog) -> Mapping[str, Pin]:
    """Return the inputs that the flake will have, those that services bring included."""
    parts = tuple(parts_of(chosen_parts(answers), catalog))
    flavours = tuple(chosen_flavours(answers))
    undecided = Project("", "", (), str(answers.get("release")), flavours, "")
    return Requirements(parts, undecided, catalog).inputs


def recommended_extras(answers: Answers, _: Catalog) -> list[str]:
    """Return the justfile, and setup.toml when there are variants of it."""
    return ["justfile", *(["setup"] if answers.get("variants") else [])]


def has_options(answers: Answers, catalog: Catalog) -> bool:
    """Say whether the chosen parts leave something to choose."""
    parts = parts_of(chosen_parts(answers), catalog)
    return any(p.options or catalog.services[p.service].options for p in parts)


def recommended_release(answers: Answers, catalog: Catalog) -> str:
    """Return the default release, or the newest one that can serve the parts where it cannot."""
    excluded = releases_to_avoid(chosen_parts(answers), chosen_flavours(answers), catalog)
    known = catalog.preferred_releases
    return next((r for r in known if r not in excluded), known[0])


def _parse_variants(value: object, ctx: Context) -> dict[str, Variant]:
    """Validate the variants of setup.toml, see ``scaffold.answers.variants``."""
    if value == {}:
        return {}
    from scaffold.answers import variants  # only when there is one

    return variants.parse(value, ctx)


def _question(
    key: str,
    message: str,
    parse: question.Parser[Catalog],
    recommended: question.Recommend[Catalog],
    *,
    required: bool = True,
    asked: Callable[[Answers, Catalog], bool] = lambda _answers, _catalog: True,
    instead: str = "",
) -> Question:
    flag = next(flag for flag in FLAGS if flag.key == key)
    return Question(flag, message, parse, recommended, required, asked, instead)


QUESTIONS = (
    _question(
        "name",
        "Name",
        parsers.parse_name,
        fixed(None),
        instead="the folder to create, or --name NAME",
    ),
    _question(
        "description",
        "Description",
        parsers.parse_description,
        fixed("A NixOS Compose composition"),
        required=False,
    ),
    _question(
        "roles",
        "Roles",
        parsers.parse_roles,
        fixed(None),
        instead="--stack STACK, or --role NAME[:COUNT][=PART,…]",
    ),
    _question(
        "options", "Options", parsers.parse_options, fixed({}), required=False, asked=has_options
    ),
    _question("flavours", "Flavours", parsers.parse_flavours, recommended_flavours),
    _question(
        "default_flavour",
        "Default flavour",
        parsers.parse_default_flavour,
        recommended_default_flavour,
        required=False,
        asked=lambda answers, _: len(chosen_flavours(answers)) > 1,
    ),
    _question("release", "Release", parsers.parse_release, recommended_release),
    _question("pins", "Pins", parsers.parse_pins, fixed({}), required=False),
    _question(
        "packages_from",
        "Packages of your own",
        parsers.parse_packages_from,
        fixed({}),
        required=False,
    ),
    _question("extras", "Extras", parsers.parse_extras, recommended_extras, required=False),
    _question(
        "kept",
        "Files that are yours alone",
        parsers.parse_kept,
        fixed([]),
        required=False,
        asked=lambda answers, _: bool(answers.get("kept")),
    ),
    _question(
        "variants",
        "Variants of setup.toml",
        _parse_variants,
        fixed({}),
        required=False,
        asked=lambda answers, _: "setup" in chosen("extras", answers),
    ),
)
BY_KEY = {each.key: each for each in QUESTIONS}
