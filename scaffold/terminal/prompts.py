"""The frontend that asks in a terminal, with questionary.

Each prompt validates with the question's own parser, so that a typed answer is held to the same
rules as a flag. Ctrl-C at any prompt ends the command with nothing written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import questionary
from questionary import Choice as Item

from scaffold.answers.document import FILE_NAME, load_file
from scaffold.answers.parsers import Answers
from scaffold.answers.project import parse
from scaffold.answers.questions import QUESTIONS, Question
from scaffold.asking.interview import BackError, Start
from scaffold.base.errors import InputError
from scaffold.base.folders import expanded
from scaffold.catalogue.catalog import Catalog
from scaffold.terminal import asking, looks, packages
from scaffold.terminal.last_screen import LastScreen
from scaffold.terminal.package_prompts import packages_from
from scaffold.terminal.widgets import WIDGETS, Widget
from scaffold.writer.plan import Plan, resolve
from scaffold.writer.steps import Decision, Step

ALL_KEYS = frozenset(question.key for question in QUESTIONS)
RECOMMENDED, PREVIOUS, HERE, CUSTOMISE = "recommended", "previous", "this project", "customise"
FROM_FILE, FROM_SCRATCH = "an answers file", "from scratch"
LEVELS = {
    RECOMMENDED: "choose a stack, everything else as recommended",
    PREVIOUS: "as last time",
    HERE: "the answers this project was made from",
    CUSTOMISE: "answer each question",
}


class Prompts(LastScreen[Catalog]):
    """Asks each question with the widget that fits it; ``offline``: sources are not fetched."""

    def __init__(self, *, offline: bool = False) -> None:
        self._widgets: dict[str, Widget] = {
            **WIDGETS,
            "packages_from": partial(packages_from, offline=offline),
        }

    def start(self, catalog: Catalog, previous: Answers, here: Answers) -> Start:
        """Ask how much to ask, and what to start from."""
        packages.refresh_in_background()
        while True:
            try:
                level = ask_level(previous, here)
                if level == PREVIOUS:
                    return Start(answers=nameless(previous), settled=ALL_KEYS - {"name"})
                if level == HERE:
                    return Start(answers=here, settled=ALL_KEYS, in_place=True)
                return start_from(catalog, everything=level == CUSTOMISE)
            except BackError:
                continue

    def ask(self, question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
        """Ask one question with its widget."""
        return self._widgets[question.key](question, answers, catalog)


def nameless(answers: Answers) -> dict[str, Any]:
    """Return earlier answers for another project."""
    return {key: value for key, value in answers.items() if key != "name"}


def ask_level(
    previous: Answers, here: Answers, levels: Mapping[str, str] = MappingProxyType(LEVELS)
) -> str:
    """Ask how much to ask; earlier answers are offered when there are some."""
    offered = [RECOMMENDED, *([PREVIOUS] if previous else []), *([HERE] if here else []), CUSTOMISE]
    names = {PREVIOUS: f" ({previous.get('name')})", HERE: f" ({here.get('name')})"}
    items = [Item(f"{lv:<13} {levels[lv]}{names.get(lv, '')}", value=lv) for lv in offered]
    default = items[offered.index(HERE)] if here else items[0]
    return str(
        asking.listed(
            lambda: questionary.select(
                "Answers", items, default=default, instruction="(? explains)"
            ),
            lambda: [f"{level}: {levels[level]}" for level in offered],
        )
    )


def start_from(catalog: Catalog, *, everything: bool) -> Start:
    """Ask for a stack; when everything is to be asked, also for a file or nothing."""
    stacks = list(catalog.stacks.values())
    rows = asking.rows({s.name: s.description for s in stacks})
    items: list[Any] = [Item(row, value=name) for name, row in rows.items()]
    more = [FROM_FILE, FROM_SCRATCH] if everything else []
    chosen = asking.listed(
        lambda: questionary.select(
            "Start from", [*items, *more], instruction="(? explains, < goes back)"
        ),
        lambda: [f"{s.name}: {s.description}" for s in stacks],
    )
    if chosen == FROM_FILE:
        return Start(answers=_file(catalog))
    if chosen == FROM_SCRATCH:
        return Start()
    return Start(stack=chosen, settled=frozenset() if everything else ALL_KEYS - {"name"})


def _file(catalog: Catalog) -> Answers:
    typed = asking.line(
        "Answers file",
        "",
        lambda name: _is_answers_file(name, catalog),
        lambda: [f"A TOML file, such as the {FILE_NAME} of an earlier project."],
        completer=asking.paths(),
    )
    return load_file(expanded(typed)).answers


def _is_answers_file(name: str, catalog: Catalog) -> bool | str:
    try:
        parse(load_file(expanded(name)).answers, catalog)
    except InputError as error:
        problem = error.problems[0]
        return f"{problem.where} {problem.what}"
    return True


def decide_conflicts(plan: Plan) -> Plan:
    """Ask about each file in conflict; what is chosen at first loses nothing.

    Raises:
        Interrupted: the user left; nothing was written.
        ConflictError: a file that cannot be written was not kept.
    """
    for_all: list[Decision] = []

    def decide(step: Step) -> Decision:
        return for_all[0] if for_all else _ask_about(step, for_all)

    return resolve(plan, decide)


#: What can be done about a file in conflict, in the order in which it is offered.
CONFLICT_CHOICES = {
    Decision.KEEP: "keep the file as it is",
    Decision.MINE: "mine: merge, with my lines where both changed",
    Decision.THEIRS: "theirs: merge, with the new lines where both changed",
    Decision.MARKERS: "markers: merge, and decide in the file",
    Decision.OVERWRITE: "overwrite: my edits in it are lost",
}


def _ask_about(step: Step, for_all: list[Decision]) -> Decision:
    offered = {
        decision: text
        for decision, text in CONFLICT_CHOICES.items()
        if decision in step.merged or decision in (Decision.KEEP, Decision.OVERWRITE)
    }
    if step.old_content is None and not step.blocked:
        offered[Decision.KEEP] = "keep it deleted"
        offered[Decision.OVERWRITE] = "write it again"
    answers = {text: decision for decision, text in offered.items()}
    every = {"keep all that follow": Decision.KEEP, "overwrite all that follow": Decision.OVERWRITE}
    choices = [*answers, "diff", *every, "quit"]
    while True:
        try:
            chosen = asking.listed(
                lambda: questionary.select(f"{step.path}: {step.reason}", choices),
                lambda: [step.diff() or "There is no diff to show."],
            )
        except BackError:
            continue
        if chosen == "diff":
            looks.tell(step.diff())
            continue
        if chosen in every:
            for_all.append(every[chosen])
        return Decision.ABORT if chosen == "quit" else {**answers, **every}[chosen]
