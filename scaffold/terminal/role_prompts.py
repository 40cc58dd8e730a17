"""Prompts for roles: the list that grows, and the editor of one role."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import questionary
from questionary import Choice as Item

from scaffold.answers.parsers import MAX_COUNT, Answers, Context
from scaffold.answers.questions import Question
from scaffold.asking.interview import BackError
from scaffold.base import values
from scaffold.base.errors import sentences
from scaffold.catalogue.catalog import Catalog
from scaffold.report import help_texts
from scaffold.terminal import asking, packages

Roles = dict[str, Any]
DONE, ADD = "done", "add a role"


def first_problem(check: Callable[[Context], object], catalog: Catalog) -> bool | str:
    """Run a parser as a prompt's validator: True, or the first problem as one line."""
    context = Context(catalog)
    check(context)
    if not context.problems:
        return True
    problem = context.problems[0]
    return sentences(problem.what, problem.remedy)


def valid(check: Callable[[], object]) -> bool | str:
    """Run a validator of a single value as a prompt's validator."""
    try:
        check()
    except values.InvalidError as error:
        return str(error)
    return True


def roles(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Show the roles as they grow; add, edit or remove one until the user is done."""
    found: Roles = copy.deepcopy(dict(answers.get("roles") or {}))
    while True:
        chosen = asking.listed(
            partial(_menu, question.message, found),
            partial(help_texts.question, question, {**answers, "roles": found}, catalog),
        )
        if chosen == (DONE, ""):
            return {"roles": found}
        try:
            found = _edited(question, found, chosen[1], catalog)
        except BackError:
            continue


def _menu(message: str, found: Roles) -> questionary.Question:
    items = [Item(describe(name, role), value=("edit", name)) for name, role in found.items()]
    if found:
        items.append(Item(DONE, value=(DONE, "")))
    items.append(Item(ADD, value=(ADD, "")))
    return questionary.select(
        message,
        items,
        default=items[-2] if found else None,
        instruction="(a role to edit it; ? explains, < goes back)",
    )


def describe(name: str, role: Mapping[str, Any]) -> str:
    """Return a role as one line of the list."""
    parts = " ".join(values.listed(role.get("parts", []))) or "(nothing)"
    return f"{name:<12} ×{role.get('count', 1):<4} {parts}"


def _edited(question: Question, found: Roles, old: str, catalog: Catalog) -> Roles:
    """Ask for one role; an edited role keeps its place, an emptied name removes it."""
    role = dict(found.get(old, {}))
    name = _name(question, found, old, catalog)
    if not name:
        return {key: value for key, value in found.items() if key != old}
    role["count"] = _count(role)
    role["parts"] = _parts(role, catalog)
    role["packages"] = _packages(role)
    renamed = {name if key == old else key: value for key, value in found.items()}
    return {**renamed, name: role}


def _name(question: Question, found: Roles, old: str, catalog: Catalog) -> str:
    taken = [name for name in found if name != old]

    def check(typed: str) -> bool | str:
        name = typed.strip()
        if not name:
            return bool(old) or "Give a name"
        if name in taken:
            return f"there is a role {name!r} already. Choose another name."
        return first_problem(lambda ctx: question.parse({name: {}}, ctx), catalog)

    hint = "Host name and Python name: lower-case letters and digits."
    hint += " Empty: the role is removed." if old else ""
    return asking.line("  Name", old, check, lambda: [hint])


def _count(role: Mapping[str, Any]) -> int:
    typed = asking.line(
        "  Count",
        str(role.get("count", 1)),
        lambda v: valid(partial(values.integer, v, 1, MAX_COUNT)),
        lambda: [f"How many hosts the role has, 1 to {MAX_COUNT}. They are name1, name2 …"],
    )
    return int(typed)


def _parts(role: Mapping[str, Any], catalog: Catalog) -> list[str]:
    chosen = values.listed(role.get("parts", []))
    visible = [part for part in catalog.parts.values() if not part.hidden]
    rows = asking.rows({part.id: part.description for part in visible})
    return list(
        asking.listed(
            lambda: questionary.checkbox(
                "  Parts",
                [Item(row, value=part, checked=part in chosen) for part, row in rows.items()],
                instruction="(space selects, enter ends, ? explains)",
            ),
            lambda: [line for part in visible for line in help_texts.part(part)],
        )
    )


def _packages(role: Mapping[str, Any]) -> list[str]:
    typed = asking.line(
        "  Extra packages",
        ", ".join(values.listed(role.get("packages", []))),
        lambda v: valid(partial(values.packages, v)),
        lambda: ["Names under pkgs, separated by commas; may be empty. Tab completes them."],
        completer=packages.completer(),
    )
    return values.packages(typed)
