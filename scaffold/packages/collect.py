"""From layers of answers to a package, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.asking.layers import Layer, merge
from scaffold.asking.question import parse_given, with_recommended
from scaffold.base.errors import InputError, Problem
from scaffold.packages.assemble import assemble
from scaffold.packages.inspection import PackageContext
from scaffold.packages.package import Package
from scaffold.packages.questions import Question
from scaffold.sources.hashes import source_hash


def headless(
    context: PackageContext, layers: Sequence[Layer], *, defaults: bool, offline: bool
) -> tuple[Package, PurePosixPath]:
    """Return the package that flags, files and the source decide, and its file.

    Raises:
        InputError: with every problem; a missing answer names its flag.

    """
    given = merge(layers)
    raw = with_recommended(given, None, _asked(context, given), all_of_them=defaults)
    package, path = decided(context, raw, layers)
    return with_hash(package, offline=offline), path


def _missing(question: Question, context: PackageContext) -> Problem:
    """Return the problem of an answer that nobody gave, with what was seen of it."""
    note = context.inspected.notes.get(question.key, "")
    remedy = f"Give {question.flag.flag} {question.flag.metavar}"
    if question.recommended({}, None) is not None:
        remedy += ", or --defaults"
    return Problem(question.key, f"is not answered{f': {note}' if note else ''}", remedy)


def _asked(context: PackageContext, raw: Mapping[str, object]) -> tuple[Question, ...]:
    """Return the questions, those that do not apply being optional."""
    return tuple(q if q.asked(raw, None) else replace(q, required=False) for q in context.questions)


def check_given(
    context: PackageContext, raw: Mapping[str, object], layers: Sequence[Layer]
) -> dict[str, object]:
    """Validate the answers that are there and return them by key.

    Raises:
        InputError: with every problem that was found.

    """
    besides = ("from", "schema", "tool_version")
    return parse_given(raw, None, context.questions, layers, besides=besides)


def decided(
    context: PackageContext, raw: Mapping[str, object], layers: Sequence[Layer] = ()
) -> tuple[Package, PurePosixPath]:
    """Return the package of the answers, and its file; nothing is fetched.

    ``layers`` are those that the answers came from, for problems to name.

    Raises:
        InputError: with every problem, missing answers among them.

    """
    asked = _asked(context, raw)
    problems = [_missing(q, context) for q in asked if q.required and raw.get(q.key) is None]
    parsed: dict[str, object] = {}
    try:
        parsed = check_given(context, raw, layers)
    except InputError as error:
        problems = [*error.problems, *problems]
    if problems:
        raise InputError(*problems)
    package, path = assemble(
        parsed, context.layout, context.builders, context.inspected, context.local
    )
    return replace(package, hash=str(parsed.get("hash") or context.inspected.hash)), path


def with_hash(package: Package, *, offline: bool) -> Package:
    """Return a package with the hash of its source, as far as it can be had."""
    if package.hash or package.source.is_local:
        return package
    found, _ = source_hash(package.source, package.version, offline=offline)
    return replace(package, hash=found)
