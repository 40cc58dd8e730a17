"""The screen of a package: what its source says, where it says so, and what is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from scaffold.asking.interview import BackError
from scaffold.asking.question import with_recommended
from scaffold.base.errors import InputError, Problem, sentences
from scaffold.packages.collect import decided
from scaffold.packages.flags import FLAGS, LABELS
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.inspection import PackageContext, inspect_source
from scaffold.packages.package import Package
from scaffold.packages.questions import PLATFORMS, Context, Question
from scaffold.report import help_texts
from scaffold.sources.addresses import parse_source
from scaffold.terminal.answers_screen import AnswersScreen, Judged, Subject
from scaffold.terminal.growing import Answers, Growing
from scaffold.terminal.menu import BACK, Answer, Item, Key, Menu
from scaffold.terminal.packages import paths
from scaffold.terminal.screen import Screen, Text
from scaffold.writer.plan import Plan

Made = tuple[Package, PurePosixPath]
FROM = next(flag for flag in FLAGS if flag.key == "from")
#: The answers that decide which source is inspected, and how.
INSPECTED_BY = ("from", "source", "version", "ref", "builder")
NOWHERE = "no folder or address: every answer is given by hand"


def ask_source(screen: Screen, now: str = "", *, fault: str = "") -> str:
    """Ask where the source is; empty when every answer is to be given by hand.

    Raises:
        BackError: the user went back.
        Interrupted: the user left.
    """
    told = f"{fault} {FROM.help} Empty: {NOWHERE}.".strip()
    return screen.line(
        Text("Where is the source of the package?", now, _address, told, completer=paths())
    )


def first_source(
    screen: Screen, raw: Answers, context: PackageContext, *, offline: bool
) -> tuple[Answers, PackageContext]:
    """Ask for the source until it can be looked at; return the answers and what is known then.

    Raises:
        Interrupted: the user left.
    """
    fault = ""
    while True:
        try:
            typed = ask_source(screen, fault=fault)
        except BackError:
            continue
        if not typed:
            return raw, context
        answers = {**raw, "from": typed}
        try:
            return answers, inspect_source(context.layout, answers, offline=offline)
        except InputError as error:
            fault = " ".join(map(str, error.problems))


def _address(typed: str) -> bool | str:
    try:
        return bool(not typed or parse_source(typed))
    except InputError as error:
        return sentences(error.problems[0].what, error.problems[0].remedy)


@dataclass
class Source:
    """The source as it was inspected last, and how to inspect another one.

    ``inspect`` is given answers, of which ``from`` names the source.
    """

    context: PackageContext
    inspect: Callable[[Mapping[str, object]], PackageContext]


class PackageHub(AnswersScreen[Made, Growing]):
    """Shows a package until it is to be written.

    The state holds what the user decides. What the source says counts below that, and changes
    when another source is given.
    """

    def __init__(
        self, screen: Screen, state: Growing, subject: Subject[Made], source: Source
    ) -> None:
        super().__init__(screen, state, subject)
        self._source = source
        self._inspected_for = self._wanted()

    @property
    def context(self) -> PackageContext:
        """What is known of the source and the repository."""
        return self._source.context

    @property
    def inspected(self) -> InspectedSource:
        """What the source says of itself."""
        return self.context.inspected

    def effective(self) -> Answers:
        """Return what the user decided, and below it what the source says.

        A change of what is looked at is taken back when it cannot be looked at.
        """
        if self._wanted() != self._inspected_for:
            try:
                self._source.context = self._source.inspect(self._state.raw)
            except InputError as error:
                self._told = tuple(map(str, error.problems))
                self._state.undo()
            self._inspected_for = self._wanted()
        return {**self.context.layer().answers, **self._state.raw}

    def _wanted(self) -> tuple[object, ...]:
        return tuple(self._state.raw.get(key) for key in INSPECTED_BY)

    def rows(self, judged: Judged[Made]) -> tuple[Item, ...]:
        """Return a row for each answer that has a meaning, and where it was read."""
        told: dict[str, list[str]] = {}
        for problem in judged.problems:
            key = problem.where.partition(" ")[0].partition(".")[0]
            told.setdefault(key, []).append(_told(problem))
        asked = [q for q in self.context.questions if q.asked(judged.filled, None)]
        known = {question.key for question in asked}
        rest = [text for key, texts in told.items() if key not in known for text in texts]
        items = [self._from(tuple(rest))]
        items += [self._row(q, judged.filled, tuple(told.get(q.key, ()))) for q in asked]
        return (*items, *_needs(judged.made))

    def _from(self, problems: tuple[str, ...]) -> Item:
        text = str(self._state.raw.get("from") or NOWHERE)
        why = self.inspected.reason
        reason = (f"not looked at: {why}",) if why else ()
        return Item("from", text, label="source", problems=(*reason, *problems),
                    explanation=lambda: [FROM.help])  # fmt: skip

    def _row(self, question: Question, filled: Answers, problems: tuple[str, ...]) -> Item:
        key, value = question.key, filled.get(question.key)
        fact, note = self.inspected.found.get(key), self.inspected.notes.get(key, "")
        where = "recommended"
        if self._state.raw.get(key) is not None:
            where = "yours"
        elif fact is not None and fact.value == value:
            where = fact.seen
        elif key in self.context.layer().answers:
            where = "of the source"
        text = f"{help_texts.value(value)}   ({where})" if value is not None else "not known"
        if note and where != "yours" and not any(note in told for told in problems):
            text += f"   not certain: {note}"
        label = "fetched from" if key == "source" else LABELS[key]
        return Item(key, text, label=label, problems=problems, explanation=partial(_help, question))

    def press(self, answer: Answer, judged: Judged[Made]) -> None:
        """Ask for the answer of the row that is pointed at."""
        if answer.key != "enter":
            return
        if answer.id.startswith("needs:"):
            self._told = ("This follows from the source: inputs and programs add to it.",)
            return
        if answer.id == "from":
            typed = ask_source(self._screen, str(self._state.raw.get("from") or ""))
            self._state.give(**{"from": typed or None})
            return
        question = next(q for q in self.context.questions if q.key == answer.id)
        value = ask(self._screen, question, judged.filled, self.context)
        self._state.give(**{answer.id: value})


def _needs(made: Made | None) -> list[Item]:
    """Return rows, to read only, with what was found that the package is built with."""
    if made is None:
        return []
    inputs = made[0].inputs
    used = [*inputs.native, *inputs.build, *inputs.propagated, *inputs.backend]
    rows = {
        "needs": (" ".join(used), "What it is built with, as its source says."),
        "not mapped": (" ".join(inputs.unknown), "Its source names these; no package is known."),
        "incomplete?": (", ".join(inputs.unread), "This of its source was not understood."),
    }
    return [
        Item(f"needs:{label}", text, label=label, explanation=partial(list, [told]))
        for label, (text, told) in rows.items()
        if text
    ]


class InnerPackageHub(PackageHub):
    """The same for a package that a project carries itself: `<` goes back to the project."""

    keys = (Key("u", "undo"), Key("w", "takes it"))
    inner = True


def subject(
    title: str,
    source: Source,
    plan: Callable[[Made], Plan],
    changed: Callable[[Answers], None],
) -> Subject[Made]:
    """Return what a screen about a source judges answers by; nothing is fetched meanwhile."""
    return Subject(
        title,
        lambda raw: with_recommended(raw, None, source.context.questions, all_of_them=True),
        lambda raw: decided(source.context, raw),
        plan,
        changed,
    )


def ask(screen: Screen, question: Question, filled: Answers, context: PackageContext) -> object:
    """Ask one question: a list for what has few answers, else a line.

    Raises:
        BackError: the user went back.
    """
    if question.key in ("builder", "platforms", "tests"):
        return _chosen(screen, question, filled, context)
    default = filled.get(question.key)
    shown = ", ".join(default) if isinstance(default, list) else str(default or "")
    note = context.inspected.notes.get(question.key, "")
    told = question.help + (f" Not certain: {note}." if note else "")
    return screen.line(
        Text(question.message, shown, partial(_check, question), told, partial(_help, question))
    )


def _check(question: Question, typed: str) -> bool | str:
    context = Context(None)
    question.parse(typed, context)
    problems = context.problems
    return sentences(problems[0].what, problems[0].remedy) if problems else True


def _chosen(screen: Screen, question: Question, filled: Answers, context: PackageContext) -> object:
    choices = {
        "builder": {b.name: b.description for b in context.builders.values()},
        "platforms": dict.fromkeys(PLATFORMS, ""),
        "tests": {"yes": "the build runs the tests", "no": "it runs none"},
    }[question.key]
    items = tuple(Item(name, text, name) for name, text in choices.items())
    cursor = help_texts.value(filled.get(question.key))
    answer = screen.choose(
        Menu(question.message, items, cursor=cursor, filters=True, intro=(question.help,))
    )
    if answer.key == BACK:
        raise BackError
    return answer.id == "yes" if question.key == "tests" else answer.id


def _help(question: Question) -> list[str]:
    flag = question.flag
    lines = [question.help]
    return [*lines, f"On the command line: {flag.flag} {flag.metavar}"] if flag.flag else lines


def _told(problem: Problem) -> str:
    """Return what is wrong and what to press: on this screen nobody gives a flag."""
    if problem.what.startswith("is not answered"):
        seen = problem.what.partition(": ")[2]
        return f"not known{f': {seen}' if seen else ''}; press enter to give it"
    remedy = "Press enter to change it" if "--" in problem.remedy else problem.remedy
    return sentences(problem.what, remedy)
