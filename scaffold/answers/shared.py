"""What a stack says about the project as a whole, when its roles are one of several compositions.

Extras, pins and packages are the same for all compositions, so they go up from the composition's
answers to those of the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scaffold.answers.project import OWN, WISHES
from scaffold.asking.layers import Answers
from scaffold.base import values
from scaffold.base.errors import InputError, Problem, show

#: What one of several compositions can have of the answers of a project.
OF_ONE = (*OWN, *WISHES, "started_from", "stack")
#: Tables of answers for the whole project, and the flag that settles an entry.
TABLES = {"pins": "--pin {}=REF", "packages_from": "--package-from {}=SOURCE", "variants": ""}
LISTS = ("extras",)


def of_one_and_shared(answers: Answers) -> tuple[dict[str, object], dict[str, object]]:
    """Return the answers that a composition has of its own, and those that all of them share."""
    of_one = {key: value for key, value in answers.items() if key in OF_ONE}
    shared = {key: answers[key] for key in (*TABLES, *LISTS) if answers.get(key)}
    return of_one, shared


def joined(given: Answers, several: Iterable[tuple[str, Answers]]) -> dict[str, object]:
    """Return what the answers of several stacks, with their names, say about the whole project.

    ``given`` is what somebody said of it, which settles where they differ.

    Raises:
        InputError: two of them say different things about one entry, and nobody settled it.
    """
    found: dict[str, object] = {}
    problems = []
    for name, answers in several:
        for key in (key for key in LISTS if key in answers):
            before = values.listed(found.get(key) or [])
            found[key] = list(dict.fromkeys([*before, *values.listed(answers[key])]))
        for key, flag in TABLES.items():
            table = dict(_mapping(found.get(key)))
            for entry, value in _mapping(answers.get(key)).items():
                settled = entry in _mapping(given.get(key))
                if not settled and table.setdefault(entry, value) != value:
                    what = f"stacks differ: {show(table[entry])}, and {show(value)} of {name}"
                    remedy = f"Give {flag.format(entry)}" if flag else "Use one of the stacks alone"
                    problems.append(Problem(f"{key}.{entry}", what, remedy))
            found |= {key: table} if table else {}
    if problems:
        raise InputError(*problems)
    return found


def with_shared(project: Answers, shared: Answers) -> tuple[dict[str, object], list[str]]:
    """Return what all compositions share, with that of one more, and where the two differ.

    What the project says already stays as it is.
    """
    found: dict[str, object] = {}
    differ = []
    for key in (key for key in LISTS if key in shared):
        before = values.listed(project.get(key) or [])
        found[key] = list(dict.fromkeys([*before, *values.listed(shared[key])]))
    for key in (key for key in TABLES if key in shared):
        has, more = _mapping(project.get(key)), _mapping(shared[key])
        found[key] = {**more, **has}
        differ += [
            f"{key}.{entry}: {show(has[entry])} stays, it wants {show(value)}"
            for entry, value in more.items()
            if has.get(entry, value) != value
        ]
    return found, differ


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
