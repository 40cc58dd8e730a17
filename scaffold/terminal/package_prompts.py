"""The prompt for packages that a composition carries itself: name and source, then what is open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from scaffold.answers.parsers import Answers
from scaffold.answers.questions import Question
from scaffold.base.errors import InputError, sentences
from scaffold.catalogue.catalog import Catalog
from scaffold.report import help_texts
from scaffold.terminal import asking

FIRST, FURTHER = "Add a package that nixpkgs lacks, from its source?", "Another package?"


def packages_from(
    question: Question, answers: Answers, catalog: Catalog, *, offline: bool = False
) -> dict[str, Any]:
    """Ask for packages until there are no more; no source removes one that is there."""
    found: dict[str, Any] = dict(answers.get(question.key) or {})
    explained = partial(help_texts.question, question, answers, catalog)
    while asking.confirm(FURTHER if found else FIRST, default=False, explain=explained):
        if found:
            asking.note([f"so far: {', '.join(found)}"])
        name = asking.line("  Name", "", _check_name, explained)
        source = asking.line(
            "  Folder or address", "", partial(_check_source, name in found), explained
        )
        if not source:
            del found[name]
            continue
        try:
            found[name] = _looked_at(name, source, frozenset(found) - {name}, offline=offline)
        except InputError as error:
            asking.note([str(problem) for problem in error.problems])
    return {question.key: found}


def _check_name(typed: str) -> bool | str:
    from scaffold.packages.records import check_name

    fault = check_name(typed)
    return True if fault is None else f"{typed!r} {fault}"


def _check_source(removable: bool, typed: str) -> bool | str:
    from scaffold.sources.addresses import parse_source

    try:
        return removable if not typed and removable else bool(parse_source(typed))
    except InputError as error:
        return sentences(error.problems[0].what, error.problems[0].remedy)


def _looked_at(
    name: str, source: str, others: frozenset[str], *, offline: bool
) -> Mapping[str, Any]:
    """Look at a source and ask what it does not say."""
    from scaffold.packages.carry import record
    from scaffold.packages.inspection import look_at
    from scaffold.packages.records import LAYOUT
    from scaffold.terminal.package_questions import PackagePrompts

    look = look_at(LAYOUT, {"from": source}, offline=offline)
    if look.reason:
        asking.note([look.reason])
    raw = dict(look.layer().answers)
    prompts = PackagePrompts(look.builders, look.facts)
    given: dict[str, Any] = {"from": source}
    for question in look.questions:
        wanted = question.required and raw.get(question.key) is None and question.key != "name"
        if wanted and question.asked(raw, None):
            given.update(prompts.ask(question, raw))
            raw.update(given)
    return record(name, given, look, others, defaults=False, offline=offline)
