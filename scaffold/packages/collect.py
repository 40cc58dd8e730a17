"""From layers of answers to a package, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.asking.layers import Layer, merge
from scaffold.asking.question import parse_given, with_recommended
from scaffold.base.errors import InputError, Problem
from scaffold.packages.assemble import assemble
from scaffold.packages.inspection import SourceInspection
from scaffold.packages.package import Package
from scaffold.packages.questions import Question
from scaffold.sources.hashes import source_hash


def headless(
    inspected: SourceInspection, layers: Sequence[Layer], *, defaults: bool, offline: bool
) -> tuple[Package, PurePosixPath]:
    """Return the package that flags, files and the source decide, and its file.

    Raises:
        InputError: with every problem; a missing answer names its flag.

    """
    asked = _asked(inspected, merge(layers))
    check_given(inspected, merge(layers), layers)
    raw = with_recommended(merge(layers), None, asked, all_of_them=defaults)
    if problems := [_missing(q, inspected) for q in asked if q.required and raw.get(q.key) is None]:
        raise InputError(*problems)
    return built(inspected, raw, layers, offline=offline)


def _missing(question: Question, inspected: SourceInspection) -> Problem:
    """Return the problem of an answer that nobody gave, with what was seen of it."""
    note = inspected.facts.notes.get(question.key, "")
    remedy = f"Give {question.flag.flag} {question.flag.metavar}"
    if question.recommended({}, None) is not None:
        remedy += ", or --defaults"
    return Problem(question.key, f"is not answered{f': {note}' if note else ''}", remedy)


def _asked(inspected: SourceInspection, raw: Mapping[str, object]) -> tuple[Question, ...]:
    """Return the questions, those that do not apply being optional."""
    return tuple(
        q if q.asked(raw, None) else replace(q, required=False) for q in inspected.questions
    )


def check_given(
    inspected: SourceInspection, raw: Mapping[str, object], layers: Sequence[Layer]
) -> dict[str, object]:
    """Validate the answers that are there and return them by key.

    Raises:
        InputError: with every problem that was found.

    """
    besides = ("from", "schema", "tool_version")
    return parse_given(raw, None, inspected.questions, layers, besides=besides)


def decided(
    inspected: SourceInspection, raw: Mapping[str, object]
) -> tuple[Package, PurePosixPath]:
    """Return the package of the answers on a screen, and its file; nothing is fetched.

    Raises:
        InputError: with every problem, missing answers among them.

    """
    asked = _asked(inspected, raw)
    problems = [_missing(q, inspected) for q in asked if q.required and raw.get(q.key) is None]
    try:
        check_given(inspected, raw, ())
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(*problems)
    return built(inspected, raw, (), offline=True)


def with_hash(package: Package, *, offline: bool) -> Package:
    """Return a package with the hash of its source, as far as it can be had."""
    if package.hash or package.source.is_local:
        return package
    found, _ = source_hash(package.source, package.version, offline=offline)
    return replace(package, hash=found)


def built(
    inspected: SourceInspection,
    raw: Mapping[str, object],
    layers: Sequence[Layer],
    *,
    offline: bool,
) -> tuple[Package, PurePosixPath]:
    """Validate every answer and return the package and its file.

    Raises:
        InputError: with every problem that was found.

    """
    parsed = check_given(inspected, raw, layers)
    package, path = assemble(
        parsed,
        inspected.layout,
        inspected.builders,
        inspected.facts,
        inspected.source,
        inspected.local,
    )
    known_hash = str(parsed.get("hash") or inspected.hash)
    return with_hash(replace(package, hash=known_hash), offline=offline), path
