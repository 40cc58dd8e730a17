"""Asks about files in conflict: what the user edited, and what the plan would write there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from scaffold.terminal.menu import BACK, Answer, Item, Key, Menu
from scaffold.terminal.preview import coloured
from scaffold.terminal.screen import Screen
from scaffold.terminal.screens import screen
from scaffold.writer.plan import Plan, resolve
from scaffold.writer.steps import Decision, Step

#: What can be done about a file in conflict, in the order in which it is offered.
CHOICES = {
    Decision.KEEP: "the file stays as it is",
    Decision.MINE: "merge, with my lines where both changed",
    Decision.THEIRS: "merge, with the new lines where both changed",
    Decision.MARKERS: "merge, and decide in the file",
    Decision.OVERWRITE: "my edits in it are lost",
}
#: What comes of each, for ``?``.
OUTCOMES = {
    Decision.KEEP: "Nothing of yours changes, and what is new in this file is left out. The next "
    "change offers it again.",
    Decision.MINE: "What only the templates changed comes in; where both changed the same lines, "
    "yours stay.",
    Decision.THEIRS: "What only you changed stays; where both changed the same lines, yours are "
    "replaced.",
    Decision.MARKERS: "Both stand between markers where both changed the same lines: the file "
    "cannot be used before you decide there.",
    Decision.OVERWRITE: "The file is written as if you had never edited it. undo brings it back.",
}
KEYS = (
    Key("d", "shows what differs"),
    Key("K", "keeps all that follow"),
    Key("O", "overwrites all that follow"),
    Key("q", "quits, nothing is written"),
)


def decide_conflicts(plan: Plan) -> Plan:
    """Ask about each file in conflict; what is chosen at first loses nothing.

    Raises:
        Interrupted: the user left; nothing was written.
        ConflictError: a file that cannot be written was not kept.
    """
    shown = screen()
    for_all: list[Decision] = []

    def decide(step: Step) -> Decision:
        return for_all[0] if for_all else _ask_about(step, shown, for_all)

    return resolve(plan, decide)


def _offered(step: Step) -> Mapping[Decision, str]:
    """Return what can be done about a file: merging only where there is something to merge with."""
    if step.old_content is None and not step.blocked:
        return {Decision.KEEP: "it stays deleted", Decision.OVERWRITE: "it is written again"}
    whole = (Decision.KEEP, Decision.OVERWRITE)
    return {d: text for d, text in CHOICES.items() if d in step.merged or d in whole}


def _ask_about(step: Step, shown: Screen, for_all: list[Decision]) -> Decision:
    offered = _offered(step)
    items = tuple(
        Item(decision.value, text, decision.value, explanation=partial(list, [OUTCOMES[decision]]))
        for decision, text in offered.items()
    )
    while True:
        answer = shown.choose(Menu(f"{step.path}: {step.reason}", items, KEYS))
        if answer.key == "d":
            told = step.diff() or "There is no difference to show."
            shown.read(f"What would change in {step.path}", list(coloured(told)))
        elif answer.key != BACK:
            return _decided(answer, for_all)


def _decided(answer: Answer, for_all: list[Decision]) -> Decision:
    every = {"K": Decision.KEEP, "O": Decision.OVERWRITE}
    if answer.key == "q":
        return Decision.ABORT
    if answer.key in every:
        for_all.append(every[answer.key])
        return every[answer.key]
    return Decision(answer.id)
