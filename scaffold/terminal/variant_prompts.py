"""The prompt for variants of setup.toml: a name, then what is different in it."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from scaffold.answers.parsers import MAX_COUNT, Answers
from scaffold.answers.questions import Question, chosen_inputs
from scaffold.base import values
from scaffold.base.errors import show
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.package_sets import setup_tables
from scaffold.composition.variants import check_name, check_package
from scaffold.report import help_texts
from scaffold.terminal import asking
from scaffold.terminal.role_prompts import first_problem, valid

FIRST, FURTHER = "Add a variant of setup.toml (nxc build --setup NAME)?", "Another variant?"
SOURCE = "A package from another source, such as kapack.oar (empty: none)"


def variants(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for variants until there are no more; one in which nothing differs is dropped."""
    found: dict[str, Any] = copy.deepcopy(dict(answers.get(question.key) or {}))
    explained = partial(help_texts.question, question, answers, catalog)
    while asking.confirm(FURTHER if found else FIRST, default=False, explain=explained):
        if found:
            asking.note([f"so far: {', '.join(found)}"])
        name = asking.line("  Name", "", _check_name, explained)
        old = found.pop(name, {})
        variant = {
            "counts": _counts(old, answers, explained),
            "pins": _pins(question, name, old, answers, catalog, explained),
            "sources": _sources(question, name, old, catalog, explained),
        }
        if kept := {key: table for key, table in variant.items() if table}:
            found[name] = kept
    return {question.key: found}


def _check_name(typed: str) -> bool | str:
    fault = check_name(typed.strip())
    return True if fault is None else f"{typed!r} {fault}"


def _table(old: Any, key: str) -> dict[str, Any]:
    found = old.get(key) if isinstance(old, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def _counts(old: Any, answers: Answers, explained: asking.Lines) -> dict[str, int]:
    """Ask for the count of each role that has several hosts; the same count is none."""
    given, found = _table(old, "counts"), {}
    for role, table in answers["roles"].items():
        own = int(table.get("count", 1))
        if own > 1:
            typed = asking.line(
                f"  Hosts of {role}",
                str(given.get(role, own)),
                partial(_check_count, own),
                explained,
            )
            if int(typed) != own:
                found[role] = int(typed)
    return found


def _check_count(own: int, typed: str) -> bool | str:
    return valid(partial(values.integer, typed, own, MAX_COUNT))


def _pins(
    question: Question,
    name: str,
    old: Any,
    answers: Answers,
    catalog: Catalog,
    explained: asking.Lines,
) -> dict[str, str]:
    """Ask for other refs of the inputs."""
    found: dict[str, str] = _table(old, "pins")
    if not asking.confirm("  Other refs of inputs?", default=bool(found), explain=explained):
        return found
    for pin, usual in chosen_inputs(answers, catalog).items():

        def check(typed: str, pin: str = pin) -> bool | str:
            variant = {name: {"pins": {pin: typed}}}
            return first_problem(lambda ctx: question.parse(variant, ctx), catalog)

        typed = asking.line(f"    {pin}", found.get(pin, usual.ref), check, explained)
        found.pop(pin, None)
        if typed != usual.ref:
            found[pin] = typed
    return found


def _sources(
    question: Question, name: str, old: Any, catalog: Catalog, explained: asking.Lines
) -> dict[str, Any]:
    """Ask for packages and their sources until no package is named."""
    found: dict[str, Any] = _table(old, "sources")

    def check(where: str, package: str, origin: str) -> bool | str:
        variant = {name: {"sources": {where: {package: origin}}}}
        return first_problem(lambda ctx: question.parse(variant, ctx), catalog)

    sets = setup_tables(catalog)
    while typed := asking.line(f"  {SOURCE}", "", partial(_check_package, sets), explained):
        where, _, package = typed.partition(".")
        origin = asking.line(
            "    Address and revision",
            "github:",
            partial(check, where, package),
            explained,
        )
        found[where] = {**found.get(where, {}), package: origin}
    return found


def _check_package(sets: Collection[str], typed: str) -> bool | str:
    where, dot, package = typed.strip().partition(".")
    if not typed.strip():
        return True
    if where in sets and dot:
        fault = check_package(package)
        return f"{show(package)} {fault}" if fault else True
    return f"Write it as {' or '.join(f'{where}.NAME' for where in sets)}."
