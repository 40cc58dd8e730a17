"""The frontend of ``nxc-scaffold package`` in a terminal: the prompts of ``new``, other widgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import questionary
from questionary import Choice as Item

from scaffold.asking.layers import Answers
from scaffold.asking.question import Context
from scaffold.packages.builders import Builder
from scaffold.packages.detect.facts import Facts
from scaffold.packages.questions import PLATFORMS, Question
from scaffold.terminal import asking
from scaffold.terminal.last_screen import LastScreen


class PackagePrompts(LastScreen[None]):
    """Asks each question of a package; what was found in the source is the default."""

    def __init__(self, builders: Mapping[str, Builder], facts: Facts) -> None:
        self._builders = builders
        self._facts = facts

    def ask(self, question: Question, answers: Answers, _: None = None) -> dict[str, Any]:
        """Ask one question: a list for what has few answers, else a line of text."""
        default = answers.get(question.key)
        if default is None:
            default = question.recommended(answers, None)
        key = question.key
        if key == "builder":
            items = [
                Item(f"{b.name:<12}{b.description}", value=b.name) for b in self._builders.values()
            ]
            return {key: self._chosen(question, items, default)}
        if key == "platforms":
            return {key: self._chosen(question, [Item(p, value=p) for p in PLATFORMS], default)}
        if key == "tests":
            yes = asking.confirm(question.message, default=bool(default), explain=_help(question))
            return {key: yes}
        return {key: self._line(question, default)}

    def _chosen(self, question: Question, items: list[Item], default: Any) -> str:
        return str(
            asking.listed(
                lambda: questionary.select(question.message, items, default=default),
                _help(question),
            )
        )

    def _line(self, question: Question, default: Any) -> str:
        shown = ", ".join(default) if isinstance(default, list) else str(default or "")
        note = self._facts.notes.get(question.key, "")
        if note:
            asking.note([f"not certain: {note}"])

        def check(typed: str) -> bool | str:
            context = Context(None)
            question.parse(typed, context)
            problems = context.problems
            return True if not problems else f"{problems[0].what}. {problems[0].remedy}."

        return asking.line(question.message, shown, check, _help(question))


def _help(question: Question) -> asking.Lines:
    return lambda: [question.help]
