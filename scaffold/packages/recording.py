"""Recording, once, what the sources of the packages of a composition say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError, Problem
from scaffold.packages.collect import headless
from scaffold.packages.inspection import PackageContext, inspect_source
from scaffold.packages.records import KEY, LAYOUT, record_of

Tell = Callable[[str, str], None]


def with_records(
    flags: Sequence[Layer], files: Sequence[Layer], tell: Tell, *, defaults: bool, offline: bool
) -> list[Layer]:
    """Return the layers with a record for each source that they name; the flags are stronger.

    A source that a flag names is looked at anew, whatever the file says of that package.

    Raises:
        InputError: a source cannot be used, or does not say what is needed; told for all.

    """
    every = [*flags, *files]
    given = merge(every).get(KEY)
    if not isinstance(given, Mapping):
        return every
    anew = merge(flags).get(KEY)
    records: dict[str, object] = {}
    problems: list[Problem] = []
    for name, table in given.items():
        flagged = anew.get(name) if isinstance(anew, Mapping) else None
        table = flagged if isinstance(flagged, Mapping) and "from" in flagged else table
        records[name] = table
        if isinstance(table, Mapping) and "from" in table:
            try:
                others = frozenset(given) - {name}
                context = inspect_source(LAYOUT, table, offline=offline)
                if reason := context.inspected.reason:
                    tell(f"{KEY}.{name}", reason)
                records[name] = record(
                    name, table, context, others, defaults=defaults, offline=offline
                )
            except InputError as error:
                problems += (_told(name, problem) for problem in error.problems)
    if problems:
        raise InputError(*problems)
    rest = [Layer(e.source, {k: v for k, v in e.answers.items() if k != KEY}) for e in every]
    return [Layer("--package-from", {KEY: records}), *rest]


def record(
    name: str,
    given: Mapping[str, object],
    context: PackageContext,
    others: frozenset[str],
    *,
    defaults: bool,
    offline: bool,
) -> dict[str, object]:
    """Return the record of a package whose source was looked at.

    Raises:
        InputError: something is not known, or is wrong.

    """
    answers = Layer("", {**given, "name": name})
    layers = [answers, context.layer()]
    found, _ = headless(replace(context, local=others), layers, defaults=defaults, offline=offline)
    return record_of(found, str(merge(layers).get("source") or given["from"]))


def _told(name: str, problem: Problem) -> Problem:
    """Return a problem of a package's answer as one of the composition's."""
    key = problem.where.removeprefix("--").partition(" ")[0]
    if key == "from":
        return replace(problem, where=f"--package-from {name}")
    where = f"{KEY}.{name}.{key}"
    missing = problem.remedy.startswith("Give --")
    return replace(
        problem, where=where, remedy=f"Give --set {where}=…" if missing else problem.remedy
    )
