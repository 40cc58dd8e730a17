"""The prompts of ``multi``: a list of compositions that grows, and the editor of one."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

import questionary
from questionary import Choice as Item

from scaffold.answers.document import KEY
from scaffold.answers.layers import stack_layers
from scaffold.answers.parsers import Answers
from scaffold.answers.project import (
    OWN,
    OWN_QUESTIONS,
    QUESTIONS_OF_SEVERAL,
    check_name,
    described,
    together,
)
from scaffold.answers.questions import Question
from scaffold.asking.interview import BackError, Progress, Start, ask_all
from scaffold.base.errors import sentences, show
from scaffold.catalogue.catalog import Catalog
from scaffold.report import help_texts
from scaffold.terminal import asking, packages
from scaffold.terminal.prompts import (
    CUSTOMISE,
    HERE,
    LEVELS,
    PREVIOUS,
    RECOMMENDED,
    Prompts,
    ask_level,
    nameless,
    start_from,
)

Found = dict[str, Any]
DONE, ADD = "done", "add a composition"
ALL_KEYS = frozenset(question.key for question in QUESTIONS_OF_SEVERAL)
HINT = "(one to edit it; ? explains, < goes back)"
MULTI_LEVELS = {**LEVELS, RECOMMENDED: "choose compositions, everything else as recommended"}


class MultiPrompts(Prompts):
    """Asks the questions of ``multi``; those of one composition as ``new`` asks them."""

    def start(self, catalog: Catalog, previous: Answers, here: Answers) -> Start:
        """Ask how much to ask."""
        packages.refresh_in_background()
        while True:
            try:
                level = ask_level(previous, here, MULTI_LEVELS)
            except BackError:
                continue
            if level == PREVIOUS:
                return Start(answers=nameless(previous), settled=ALL_KEYS - {"name"})
            if level == HERE:
                return Start(answers=here, settled=ALL_KEYS, in_place=True)
            every = frozenset() if level == CUSTOMISE else ALL_KEYS - {"name", KEY}
            return Start(settled=every)

    def ask(self, question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
        """Ask one question; the one about compositions has a list of its own."""
        if question.key != KEY:
            return super().ask(question, answers, catalog)
        found = self._compositions(question, answers, catalog)
        changed = {KEY: found, "roles": together({KEY: found})["roles"]}
        if answers.get("description") == described(answers, catalog):
            changed["description"] = described(changed, catalog)
        return changed

    def _compositions(self, question: Question, answers: Answers, catalog: Catalog) -> Found:
        """Show the compositions as they grow; add, edit or remove one until the user is done."""
        found: Found = copy.deepcopy(dict(answers.get(KEY) or {}))
        while True:
            chosen = asking.listed(
                partial(_menu, question.message, found),
                partial(_explained, question, answers, catalog),
            )
            if chosen == (DONE, ""):
                return found
            try:
                edit = self._edited if chosen[1] else self._added
                found = edit(found, chosen[1], catalog)
            except BackError:
                continue

    def _added(self, found: Found, _: str, catalog: Catalog) -> Found:
        """Ask what a new composition starts from; one without roles is asked for them."""
        start = start_from(catalog, everything=True)
        stack = stack_layers(start.stack, catalog)
        own: Found = dict(stack[0].answers) if stack else {}
        own |= {key: value for key, value in start.answers.items() if key in OWN}
        name = _name(found, "", _free(found, start.stack or ""))
        if not own.get("roles"):
            own = self._about_one(own, catalog)
        return {**found, name: own}

    def _edited(self, found: Found, old: str, catalog: Catalog) -> Found:
        """Ask all about a composition; it keeps its place, an emptied name removes it."""
        name = _name(found, old, old)
        if not name:
            return {key: value for key, value in found.items() if key != old}
        own = self._about_one(found[old], catalog)
        return {name if key == old else key: own if key == old else v for key, v in found.items()}

    def _about_one(self, own: Mapping[str, Any], catalog: Catalog) -> Found:
        progress = Progress(dict(own), set())
        return ask_all(self, progress, OWN_QUESTIONS, catalog, inner=True)


def _menu(message: str, found: Found) -> questionary.Question:
    rows = asking.rows({name: describe(own) for name, own in found.items()})
    items = [Item(row, value=("edit", name)) for name, row in rows.items()]
    if len(found) > 1:
        items.append(Item(DONE, value=(DONE, "")))
    items.append(Item(ADD, value=(ADD, "")))
    default = items[-2] if len(found) > 1 else items[-1]
    return questionary.select(message, items, default=default, instruction=HINT)


def describe(own: Mapping[str, Any]) -> str:
    """Return a composition as one line of the list: its stack and its roles."""
    roles = [
        name if str(role.get("count", 1)) == "1" else f"{name} ×{role['count']}"
        for name, role in dict(own.get("roles") or {}).items()
    ]
    stack = own.get("started_from") or own.get("stack")
    return (f"stack {stack}: " if stack else "") + ", ".join(roles)


def _explained(question: Question, answers: Answers, catalog: Catalog) -> list[str]:
    stacks = [f"{stack.name}: {stack.description}" for stack in catalog.stacks.values()]
    return [*help_texts.question(question, answers, catalog), *stacks]


def _name(found: Found, old: str, default: str) -> str:
    taken = [name for name in found if name != old]

    def check(typed: str) -> bool | str:
        name = typed.strip()
        if not name:
            return bool(old) or "Give a name"
        if name in taken:
            return f"there is a composition {name!r} already. Choose another name."
        reason = check_name(name)
        return True if reason is None else sentences(f"{show(name)} {reason}", "Change it")

    hint = "Its folder, and its name in the flake: lower-case letters and digits."
    hint += " Empty: the composition is removed." if old else ""
    return asking.line("  Name", default, check, lambda: [hint])


def _free(found: Found, stack: str) -> str:
    """Return a name that a composition of a stack can have: the stack's, or one like it."""
    name = "".join(c for c in stack if c.isalnum())
    numbered = (f"{name}{number}" for number in range(2, len(found) + 3))
    return next((n for n in (name, *numbered) if n not in found and not check_name(n)), "")
