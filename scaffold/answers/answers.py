"""From layers of raw answers to one validated composition, and back to an answers file.

Precedence, highest first: flags, answers file, the project that is changed, environment variables,
user config, stack, recommended values. Tables are merged key by key, so that a flag can change the
count of a stack's role and nothing else.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from scaffold import __version__
from scaffold.answers.parsers import Context
from scaffold.answers.questions import QUESTIONS, Question
from scaffold.asking import question
from scaffold.asking.layers import Answers, source_of
from scaffold.asking.layers import Layer as Layer
from scaffold.asking.layers import merge as merge
from scaffold.asking.layers import with_source as with_source
from scaffold.base import values
from scaffold.base.errors import InputError, Problem, show
from scaffold.catalogue.catalog import Catalog
from scaffold.composition.model import Composition, Role, Variant
from scaffold.nixlang import quote

FILE_NAME = ".nxc-scaffold.toml"
#: The first line of the file.
HEAD = "# Answers given to nxc-scaffold, for `nxc-scaffold change`."
#: The path that means standard input.
STANDARD_INPUT = "-"
SCHEMA = 1
META = ("schema", "tool_version", "stack", "started_from", "template", "written")


def load_file(file: Path) -> Layer:
    """Read an answers file, or standard input for the path ``-``.

    Raises:
        InputError: it cannot be read, is no TOML, or was written for a newer schema.

    """
    where = "standard input" if str(file) == STANDARD_INPUT else str(file)
    try:
        data = tomllib.loads(_text(file))
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise InputError(Problem(where, what, "Give the path of an answers file")) from error
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, a number of 5000 digits
        raise InputError(Problem(where, f"is not TOML: {error}", "Correct the file")) from error
    schema = data.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA or schema < 1:
        what = f"has schema {show(schema)}, this version of nxc-scaffold knows up to {SCHEMA}"
        raise InputError(Problem(where, what, "Update nxc-scaffold, or correct the number"))
    return Layer(where, data)


def _text(file: Path) -> str:
    return (
        _standard_input() if str(file) == STANDARD_INPUT else file.read_text(encoding="utf-8-sig")
    )


@cache
def _standard_input() -> str:
    """Return all of standard input, which can be read but once."""
    return sys.stdin.buffer.read().decode("utf-8-sig")


def missing(answers: Answers) -> list[Problem]:
    """Return a problem for each required answer that is not there, naming its flag."""
    return question.missing(answers, QUESTIONS)


def with_recommended(
    answers: Answers,
    catalog: Catalog,
    *,
    all_of_them: bool,
    questions: Sequence[Question] = QUESTIONS,
) -> dict[str, Any]:
    """Fill in recommended answers: all of them, or only those that need not be given."""
    return question.with_recommended(answers, catalog, questions, all_of_them=all_of_them)


def parse(answers: Answers, catalog: Catalog, layers: Sequence[Layer] = ()) -> dict[str, Any]:
    """Validate the answers that are there, each on its own.

    Raises:
        InputError: with every problem that was found, and the source of each answer.

    """
    problems: list[Problem] = []
    try:
        parsed = question.parse_given(answers, catalog, QUESTIONS, layers, besides=META)
    except InputError as error:
        problems += error.problems
    started_from = answers.get("started_from")
    if started_from is not None:
        ctx = Context(catalog, source=lambda key: source_of(layers, key))
        ctx.take(("started_from",), _name_of_a_stack, started_from)
        problems += ctx.problems
    if problems:
        raise InputError(*problems)
    return parsed


def _name_of_a_stack(value: Any) -> str:
    """Validate what is only shown: any text that a terminal does not act on."""
    found = values.line(value)
    if not found.isprintable():
        raise values.InvalidError(f"{show(found)} is no name of a stack", "Remove it")
    return found


def complete(
    answers: Answers, catalog: Catalog, layers: Sequence[Layer] = (), *, defaults: bool
) -> Composition:
    """Fill in recommended answers without asking anybody, and return the composition.

    With ``defaults`` they are filled in for every question, else for those that need no answer.

    Raises:
        InputError: with everything that is wrong with the answers that are there, and with every
            required answer that is not; the problem names its flag.

    """
    filled = with_recommended(answers, catalog, all_of_them=defaults)
    problems = missing(filled)
    try:
        parsed = parse(filled, catalog, layers)
    except InputError as error:
        problems = [*error.problems, *problems]
    if problems:
        raise InputError(*problems)
    return _composition(filled, parsed, catalog)


def build(answers: Answers, catalog: Catalog, layers: Sequence[Layer] = ()) -> Composition:
    """Validate complete answers, each on its own, and return the composition.

    Raises:
        InputError: with every problem that was found.

    """
    return _composition(answers, parse(answers, catalog, layers), catalog)


def _composition(answers: Answers, parsed: Mapping[str, Any], catalog: Catalog) -> Composition:
    return Composition(
        name=parsed["name"],
        description=parsed["description"],
        roles=tuple(parsed["roles"]),
        flavours=tuple(f for f in catalog.flavours if f in parsed["flavours"]),
        default_flavour=parsed["default_flavour"],
        release=parsed["release"],
        options=parsed.get("options", {}),
        pins=parsed.get("pins", {}),
        extras=tuple(e for e in catalog.extras if e in parsed.get("extras", ())),
        packages_from=parsed.get("packages_from", {}),
        variants=parsed.get("variants", {}),
        started_from=str(answers.get("started_from") or answers.get("stack") or ""),
    )


def document(composition: Composition) -> dict[str, Any]:
    """Return the answers that reproduce the composition; what is empty is left out."""
    tables: dict[str, Any] = {
        "schema": SCHEMA,
        "tool_version": __version__,
        "started_from": composition.started_from,
        "name": composition.name,
        "description": composition.description,
        "flavours": list(composition.flavours),
        "default_flavour": composition.default_flavour,
        "release": composition.release,
        "extras": list(composition.extras),
        "pins": dict(composition.pins),
        "options": _nested(composition.options),
        "roles": {role.name: _role_table(role) for role in composition.roles},
        "packages_from": {name: dict(r) for name, r in composition.packages_from.items()},
        "variants": {name: _variant_table(v) for name, v in composition.variants.items()},
    }
    return {k: v for k, v in tables.items() if v not in ("", {}) or k == "description"}


def dump(composition: Composition, template: Mapping[str, Any] | None = None) -> str:
    """Return the answers file that reproduces the composition, as TOML.

    ``template`` says which template of the user's own was used, see
    ``scaffold.render.own_template``.
    """
    tables = {**document(composition), **({"template": template} if template else {})}
    return f"{HEAD}\n" + quote.toml_document(tables)


def _role_table(role: Role) -> dict[str, Any]:
    """Return a role's table; what is empty is left out, but for the count."""
    table = {
        "parts": list(role.parts),
        "packages": list(role.packages),
        "options": _nested(role.options),
    }
    return {"count": role.count, **{key: value for key, value in table.items() if value}}


def _variant_table(variant: Variant) -> dict[str, Any]:
    """Return a variant's table; what is empty is left out."""
    sources = {
        where: {
            name: {"origin": s.origin, "hash": s.hash} if s.hash else s.origin
            for name, s in packages.items()
        }
        for where, packages in variant.sources.items()
    }
    tables = {"counts": dict(variant.counts), "pins": dict(variant.pins), "sources": sources}
    return {key: table for key, table in tables.items() if table}


def _nested(options: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Turn values by service or part id into the tables of the answers file."""
    tables: dict[str, Any] = {}
    for name, entries in options.items():
        service, _, part = name.partition(".")
        table = tables.setdefault(service, {})
        table.update({part: dict(entries)} if part else entries)
    return tables
